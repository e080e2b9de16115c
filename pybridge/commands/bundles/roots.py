"""The roots of registries that a user trusts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pybridge.bundles.registry.root import read_root
from pybridge.caches import data_folder
from pybridge.errors import DocumentUnreadable
from pybridge.storage.atomic import write_atomically
from pybridge.storage.regular_file import read_regular

_FOLDER = "roots"
_MOST_BYTES = 512_000
_PREFIX = "root-"


def is_root_file(given: str) -> bool:
    """Return whether a path is that of a file in JSON, as a root is and a key is not."""
    try:
        content, _ = read_regular(Path(given), root=None, most=1)
    except OSError:
        return False
    return content == b"{"


def trust_root(path: Path) -> dict[str, Any]:
    """Trust the root of a registry; return an item of cli-keys.v1.

    Raises:
        RootInvalid: when it is not a root.
        DocumentUnreadable: when it cannot be read.
    """
    try:
        content, _ = read_regular(path, root=None, most=_MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    found = _to_json(content, str(path))
    folder = data_folder(_FOLDER)
    write_atomically(folder / f"{found['id']}.json", content, root=folder, mode=0o600)
    return found


def trusted_roots() -> list[bytes]:
    """Return the roots that are trusted."""
    folder = data_folder(_FOLDER)
    paths = sorted(folder.glob("*.json"))
    return [read_regular(path, root=folder, most=_MOST_BYTES)[0] for path in paths]


def listed_roots() -> list[dict[str, Any]]:
    """Return the roots that are trusted as items of cli-keys.v1."""
    return [_to_json(content, "a trusted root") for content in trusted_roots()]


def forget_root(which: str) -> dict[str, Any] | None:
    """Stop trusting a root, by its id or name; None where there is no such root."""
    for each in listed_roots():
        if which in (each["id"], each["name"]):
            (data_folder(_FOLDER) / f"{each['id']}.json").unlink()
            return {**each, "status": "unknown"}
    return None


def _to_json(content: bytes, source: str) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return {
        "id": digest,
        "name": f"{_PREFIX}{digest}",
        "public": read_root(content, source).text,
        "status": "trusted",
        "bundles": [],
        "private": False,
        "default": False,
    }
