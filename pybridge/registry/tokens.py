"""Tokens: who has one may upload and register. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from typing import Any

from pybridge.errors import Conflict, UsageError
from pybridge.registry.database import Database

_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_MOST_CHARACTERS = 512


def new_token(database: Database, name: str, now: datetime) -> str:
    """Make a token, and return it; it cannot be read again.

    Raises:
        UsageError: when the name is invalid.
        Conflict: when the name is taken.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"invalid name of a token: {name!r}", "use a-z, 0-9, - and _")
    token = secrets.token_urlsafe(_BYTES)
    with database.writing() as found:
        if found.execute("SELECT 1 FROM token WHERE name = ?", (name,)).fetchone():
            raise Conflict(f"there is a token named {name!r}", "choose another name")
        values = (name, _hash(token), f"{now:%Y-%m-%dT%H:%M:%SZ}")
        found.execute("INSERT INTO token (name, hash, created) VALUES (?, ?, ?)", values)
    return token


def revoke_token(database: Database, name: str, now: datetime) -> None:
    """Accept a token no longer.

    Raises:
        UsageError: when there is no token of that name.
    """
    with database.writing() as found:
        query = "UPDATE token SET revoked = coalesce(revoked, ?) WHERE name = ?"
        if found.execute(query, (f"{now:%Y-%m-%dT%H:%M:%SZ}", name)).rowcount == 0:
            raise UsageError(f"no token {name!r}", "`pybridge registry token list` shows them")


def tokens(database: Database) -> list[dict[str, Any]]:
    """Return the tokens by name, without what they are."""
    with database.reading() as found:
        rows = found.execute("SELECT name, created, revoked FROM token ORDER BY name").fetchall()
    return [
        {"name": name, "created": created, "revoked": revoked} for name, created, revoked in rows
    ]


def holder(database: Database, token: str) -> str | None:
    """Return the name of a token; None for one that is unknown or revoked."""
    if not token or len(token) > _MOST_CHARACTERS:
        return None
    query = "SELECT name FROM token WHERE hash = ? AND revoked IS NULL"
    with database.reading() as found:
        row = found.execute(query, (_hash(token),)).fetchone()
    return row[0] if row else None


def _hash(token: str) -> str:
    """Return the hash under which a token is kept; it has 256 random bits, so a plain one is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
