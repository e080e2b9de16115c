"""Read `meta/project.json`, which the application that a project belongs to keeps beside the posts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.formats.json_text import decode_json
from pybridge.project.text import read_text

_FILE = "meta/project.json"
_MOST_BYTES = 1 << 20


def site_meta(root: Path) -> Mapping[str, Any]:
    """Return the application's settings of the project at *root*; nothing where they cannot be read.

    Of these pybridge uses `mainLanguage`, unless pybridge.toml has one, and `blogmarkCategory`.
    """
    try:
        found = decode_json(read_text(root / _FILE, limit=_MOST_BYTES, name=_FILE, root=root))
    except (PybridgeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def meta_text(root: Path, key: str) -> str | None:
    """Return a setting that is a text and not blank, or None."""
    value = site_meta(root).get(key)
    return value if isinstance(value, str) and value.strip() else None
