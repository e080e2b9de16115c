"""Earlier contents of scripts, kept by their hash beside the index that may be deleted."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pybridge.errors import PybridgeError, ScriptNotFound, UsageError
from pybridge.formats.json_text import decode_json
from pybridge.scripts_store.errors import AmbiguousName
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.workspace import LOCK
from pybridge.storage.lock import locked
from pybridge.storage.own_folder import LinkInTheWay, OwnFolder, open_folder

HISTORY = Path(".pybridge") / "history"
MOST_KEPT = 50
"""Earlier contents of one script."""
_MOST_LINES = 20_000
_MAX_BYTES = 64 * 1024 * 1024
_HASH = re.compile("[0-9a-f]{64}")

Event = Literal["updated", "renamed", "deleted", "edited", "moved", "restored", "upgraded"]
"""Why the content was replaced: `edited`, `moved` and `deleted` may have happened outside of pybridge."""


@dataclass(frozen=True)
class Entry:
    """A content that a script once had."""

    id: str
    path: str
    slug: str
    sha256: str
    version: int
    at: str
    """When it was replaced, or found to be."""
    event: Event
    new_id: str | None = None
    """The script's id from then on, where it changed: that of a file without header does."""

    def to_json(self) -> dict[str, Any]:
        """Return the entry as the reports have it."""
        return {key: value for key, value in asdict(self).items() if key != "new_id"}


class History:
    """The kept contents of one project."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._root = root
        self._folder = root / HISTORY
        self._journal = self._folder / "journal.jsonl"
        self._lock = root / LOCK
        self._disk = disk

    def keep(self, record: Record, event: Event, *, new_id: str | None = None) -> None:
        """Keep the content of *record*; it is on the medium when this returns.

        Raises:
            OutputFailed: when it cannot be written.
        """
        raw = record.content.encode("utf-8")
        if self.content(record.sha256) is None:
            self._disk.write(self._folder / record.sha256, raw, root=self._root)
        at = datetime.fromtimestamp(self._disk.now_ns() / 1e9, UTC)
        changed = new_id if new_id != record.id else None
        version = int(record.info["version"])
        text = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entry = Entry(
            record.id, record.path, record.slug, record.sha256, version, text, event, changed
        )
        self._disk.append(self._journal, json.dumps(asdict(entry)), root=self._root)

    def entries(self) -> list[Entry]:
        """Return everything that is kept, the oldest first; torn lines are skipped."""
        try:
            with self._opened() as folder:
                raw = _contents(folder, self._journal.name, _MAX_BYTES)
        except (OSError, LinkInTheWay):
            return []
        return list(_read(raw.decode("utf-8", "replace").splitlines()))

    def of(self, script_id: str) -> list[Entry]:
        """Return the earlier contents of a script, the latest first, each content once."""
        ids = {script_id}
        found: dict[str, Entry] = {}
        for entry in reversed(self.entries()):
            if entry.new_id in ids:
                ids.add(entry.id)
            if entry.id in ids:
                found.setdefault(entry.sha256, entry)
        return list(found.values())[:MOST_KEPT]

    def id_of(self, name: str) -> str | None:
        """Return the id of the script that last had this id, slug, path or file name."""
        for entry in reversed(self.entries()):
            if name in (entry.id, entry.slug, entry.path, Path(entry.path).name):
                return entry.id
        return None

    def kept(self, entry: Entry) -> bytes:
        """Return the content of an entry.

        Raises:
            UsageError: when it is gone, or no longer has the hash it is kept under.
        """
        raw = self.content(entry.sha256)
        if raw is None:
            problem = f"the content {entry.sha256[:12]} is damaged or gone"
            raise UsageError(problem, "choose another")
        return raw

    def content(self, sha256: str) -> bytes | None:
        """Return a kept content; None when it is gone, or no longer has that hash."""
        try:
            with self._opened() as folder:
                raw = _contents(folder, sha256, _MAX_BYTES)
        except (OSError, LinkInTheWay):
            return None
        return raw if hashlib.sha256(raw).hexdigest() == sha256 else None

    def prune(self) -> None:
        """Delete the oldest contents where too much is kept; errors are ignored."""
        try:
            with self._opened() as folder:
                sizes = _sizes(folder)
                lines = folder.status(self._journal.name)
        except (OSError, LinkInTheWay):
            return
        if lines is None or (
            lines.st_size < _MOST_LINES * 100 and sum(sizes.values()) < _MAX_BYTES
        ):
            return
        with suppress(PybridgeError), locked(self._lock, root=self._root):
            kept = self._bounded(sizes)
            text = "".join(json.dumps(asdict(entry)) + "\n" for entry in kept)
            self._disk.write(self._journal, text.encode(), root=self._root)
            for name in sizes.keys() - {entry.sha256 for entry in kept}:
                self._disk.remove(self._folder / name, root=self._root)

    def _opened(self) -> AbstractContextManager[OwnFolder]:
        return open_folder(self._root, self._folder)

    def _bounded(self, sizes: Mapping[str, int]) -> list[Entry]:
        """Return the latest entries that fit: per script, and in all."""
        counts: dict[str, int] = {}
        kept: list[Entry] = []
        size = 0
        for entry in reversed(self.entries()):
            counts[entry.id] = counts.get(entry.id, 0) + 1
            size += sizes.get(entry.sha256, 0)
            if counts[entry.id] <= MOST_KEPT and size < _MAX_BYTES * 0.75:
                kept.append(entry)
        return kept[: _MOST_LINES // 2][::-1]


def chosen(name: str, entries: Sequence[Entry], version: str | None) -> Entry:
    """Return the entry whose hash begins with *version*; the first without one.

    Raises:
        ScriptNotFound: when there is none of *name*.
        AmbiguousName: when several begin so.
    """
    fitting = [entry for entry in entries if entry.sha256.startswith(version or "")]
    if not fitting:
        wanted = f"{name}@{version}" if version else name
        raise ScriptNotFound(wanted, ("the history",))
    if version and len(fitting) > 1:
        raise AmbiguousName(version, tuple(entry.sha256[:16] for entry in fitting))
    return fitting[0]


def _sizes(folder: OwnFolder) -> dict[str, int]:
    """Return the sizes of the contents: ordinary files whose names are a hash; others are not ours."""
    sizes: dict[str, int] = {}
    for name in folder.names():
        status = folder.status(name) if _HASH.fullmatch(name) else None
        if status is not None and stat.S_ISREG(status.st_mode):
            sizes[name] = status.st_size
    return sizes


def _contents(folder: OwnFolder, name: str, most: int) -> bytes:
    if not folder.is_regular(name):
        raise FileNotFoundError(folder.path / name)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(folder.open(name, flags), "rb") as file:
        return file.read(most)


def _read(lines: Sequence[str]) -> Iterator[Entry]:
    for line in lines:
        try:
            value: Mapping[str, Any] = decode_json(line)
            entry = Entry(**value)
        except (ValueError, TypeError):
            continue
        texts = (entry.id, entry.path, entry.slug, entry.sha256, entry.at, entry.event)
        if all(isinstance(text, str) for text in texts) and _HASH.fullmatch(entry.sha256):
            yield entry
