"""Read the sidecars of media files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pybridge.storage.regular_file import read_regular

MEDIA_FOLDER = "media"
_MOST_BYTES = 1024 * 1024

_INTEGER = re.compile(r"-?[0-9]+\Z")
_TRANSLATION = re.compile(r"\.[a-z]{2}(?:-[A-Za-z]{2,4})?\Z")
_TEXT_ITEM = re.compile(r"\"([^\"]*)\"|'([^']*)'|([^\s,\[\]][^,\[\]]*)")
_LISTS = frozenset({"tags", "linkedPostIds"})
_TEXTS = frozenset({"id", "title", "alt", "caption", "originalName", "author", "filename"})


def read_media(root: Path) -> list[dict[str, Any]]:
    """Return the media objects of a project, in the order of their paths.

    A sidecar that cannot be read, is not an ordinary file inside the project, or has no id, is left out.
    """
    folder = root / MEDIA_FOLDER
    if not folder.is_dir():
        return []
    sidecars = sorted(path for path in folder.rglob("*.meta") if path.is_file())
    read = (_read(path, root) for path in sidecars if not _is_translation(path))
    return [media for media in read if media is not None]


def _is_translation(sidecar: Path) -> bool:
    """Whether this is `<file>.<lang>.meta` beside `<file>.meta`."""
    own = sidecar.name.removesuffix(".meta")
    base = _TRANSLATION.sub("", own)
    return base != own and sidecar.with_name(f"{base}.meta").is_file()


def _read(sidecar: Path, root: Path) -> dict[str, Any] | None:
    try:
        raw, _ = read_regular(sidecar, root=root, most=_MOST_BYTES)
    except OSError:
        return None
    fields = parse_sidecar(raw.decode("utf-8", "replace"))
    if not fields.get("id"):
        return None
    return {"filename": sidecar.name.removesuffix(".meta"), **fields}


def parse_sidecar(text: str) -> dict[str, Any]:
    """Read the lines `key: value` between two `---`; the format is YAML by its looks only.

    Quoted values have no escapes: `title: "A "b" c"` is `A "b" c`.
    """
    fields: dict[str, Any] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() and not key.lstrip().startswith("#"):
            fields[key.strip()] = _value(key.strip(), value.strip())
    return fields


def _value(key: str, raw: str) -> Any:
    if key in _LISTS:
        return [a or b or c.strip() for a, b, c in _TEXT_ITEM.findall(raw)]
    if len(raw) >= 2 and raw[0] == raw[-1] and raw[0] in "\"'":
        return raw[1:-1]
    if key in _TEXTS:
        return raw
    if _INTEGER.match(raw):
        return int(raw[:18])
    return {"true": True, "false": False, "null": None, "": None}.get(raw, raw)
