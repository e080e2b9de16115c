"""Tokens and the log of a registry in a folder, for the machine that it is on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pybridge.bundles.registry.roles import require_packages
from pybridge.commands.bundles.registries import registry_in
from pybridge.registry import tokens as kept
from pybridge.registry.database import Database

_PAGE = 1000


def new_token(folder: Path, name: str) -> str:
    """Make a token, and return it; it cannot be read again.

    Raises:
        Conflict: when the name is taken, or it is not a registry.
        UsageError: when the name is invalid.
    """
    return kept.new_token(_database(folder), name, datetime.now(UTC))


def tokens(folder: Path) -> list[dict[str, Any]]:
    """Return the tokens by name: name, created, revoked."""
    return kept.tokens(_database(folder))


def revoke_token(folder: Path, name: str) -> None:
    """Accept a token no longer.

    Raises:
        UsageError: when there is no token of that name.
    """
    kept.revoke_token(_database(folder), name, datetime.now(UTC))


def audit(folder: Path) -> list[dict[str, Any]]:
    """Return the whole log, oldest first."""
    database, found = _database(folder), list[dict[str, Any]]()
    while page := database.audit(found[-1]["number"] if found else 0, _PAGE):
        found += page
    return found


def _database(folder: Path) -> Database:
    require_packages()
    registry_in(folder).current()
    return Database(folder)
