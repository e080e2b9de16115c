"""Tell what changes in a project; the index on the disk stays as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.project.discover import Project, read_settings
from pybridge.project.media import MEDIA_FOLDER
from pybridge.rpc.log import log
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import FileState, Plan
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.sync import apply, index_path, look, sync
from pybridge.scripts_store.watch import FolderSignals, Signals, WatchFailed, settled
from pybridge.service.errors import ProjectGone

LOOK_S = 1.0
"""Seconds between looks whether the project is there still."""
POLL_S = 2.0
"""Seconds between looks where the system does not watch."""

Tell = Callable[[str, dict[str, Any]], None]
Identity = tuple[int, int] | None


class Watching:
    """Watches in a thread of its own, until it is closed."""

    def __init__(self, project: Project, tell: Tell) -> None:
        self._seen = Seen(project, tell)
        self._root = project.root or Path()
        self._tell = tell
        self._end = threading.Event()
        self._began = threading.Event()
        self._is_gone = False
        self._thread = threading.Thread(target=self._watch, name="pybridge-watch", daemon=True)
        self._thread.start()

    def wait_until_begun(self) -> None:
        """Wait for the first look: whatever changes after that is told."""
        self._began.wait()

    def _watch(self) -> None:
        try:
            with self._seen:
                while not self._end.is_set():
                    self._attend()
        finally:
            self._began.set()

    def _attend(self) -> None:
        """Watch the folder for as long as it is there."""
        identity = _identity(self._root)
        if identity is None:
            self._say_gone()
            self._began.set()
            self._end.wait(LOOK_S)
            return
        with ExitStack() as stack:
            signals = Attended(self._signals(stack), self._root, identity, self._end)
            self._turn(is_back=self._is_gone)
            self._began.set()
            for _ in settled(signals):
                self._turn()

    def _signals(self, stack: ExitStack) -> Signals:
        try:
            return stack.enter_context(FolderSignals(self._root))
        except WatchFailed as error:
            log(f"pybridge: {error}; looking every {POLL_S:g} s instead")
            return Polls(self._end)

    def _turn(self, *, is_back: bool = False) -> None:
        if is_back:
            self._is_gone = False
            self._tell("project.changed", {})
        try:
            self._seen.look()
        except (PybridgeError, OSError) as error:  # the next look may do
            if _identity(self._root) is not None:
                log(f"pybridge: {error}")

    def _say_gone(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self._tell("project.unavailable", {"error": ProjectGone(self._root).to_json()})

    def close(self) -> None:
        """End the watch."""
        self._end.set()
        self._thread.join()


class Attended:
    """Signals that end when the watch does, or when the folder is another one or none."""

    def __init__(
        self, signals: Signals, root: Path, identity: Identity, end: threading.Event
    ) -> None:
        self._signals, self._root, self._identity, self._end = signals, root, identity, end

    def wait(self, timeout_s: float | None) -> bool:
        """Wait for a hint; False when the time is up, or at the end."""
        if timeout_s is not None:
            return self._signals.wait(timeout_s)
        while not self._end.is_set() and _identity(self._root) == self._identity:
            if self._signals.wait(LOOK_S / 5):
                return True
        return False


class Polls:
    """Signals where the system gives none: something may have changed every few seconds."""

    def __init__(self, end: threading.Event) -> None:
        self._end = end
        self._waited_s = 0.0

    def wait(self, timeout_s: float | None) -> bool:
        """Wait; True once `POLL_S` have passed."""
        wait_s = POLL_S if timeout_s is None else timeout_s
        self._end.wait(wait_s)
        self._waited_s += wait_s
        if self._waited_s < POLL_S:
            return False
        self._waited_s = 0.0
        return not self._end.is_set()


def _identity(root: Path) -> Identity:
    try:
        found = root.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


class Seen:
    """The files as they were at the last look; a context manager, for one thread."""

    def __init__(self, project: Project, tell: Tell) -> None:
        self._project = project
        self._root = project.root or Path()
        self._tell = tell
        self._index: Index | None = None
        self._disk = Disk()
        self._media: Mapping[str, object] = {}

    def look(self) -> None:
        """Tell what is different from the last time; at the first look nothing is."""
        is_first = self._index is None
        if self._index is None:
            self._index = self._copied()
        has_new_settings = self._read_settings()
        seen = look(self._project, self._index, disk=self._disk)
        if seen.needs_writing:
            apply(self._index, seen)
        media = dict(_sidecars(self._root))
        has_new_media, self._media = media != self._media, media
        if is_first:
            return
        if has_new_settings or has_new_media:
            self._tell("project.changed", {})
        self._report(seen.plan)

    def _copied(self) -> Index:
        """Return an index in memory, with what the one on the disk knows; make that if need be."""
        path = index_path(self._project)
        try:
            if not path.exists():
                sync(self._project, disk=self._disk)
            with Index.open(path) as stored:
                return stored.copy()
        except PybridgeError:  # reading all files does it too
            return Index.in_memory(path)

    def _read_settings(self) -> bool:
        try:
            settings = read_settings(self._root)
        except PybridgeError:
            return False
        if settings == self._project.settings:
            return False
        self._project = replace(self._project, settings=settings)
        return True

    def _report(self, plan: Plan) -> None:
        changed = [*plan.added, *(move.new for move in plan.changed)]
        scripts, documents = _parted(changed)
        gone_scripts, gone_documents = _parted(plan.removed)
        moved = [{"from": move.old.path, "to": move.new.path} for move in plan.moved]
        if scripts or gone_scripts or moved:
            params = {"changed": scripts, "removed": gone_scripts, "moved": moved}
            self._tell("scripts.changed", params)
        if documents or gone_documents:
            self._tell("documents.changed", {"changed": documents, "removed": gone_documents})

    def __enter__(self) -> Seen:
        return self

    def __exit__(self, *_: object) -> None:
        if self._index is not None:
            self._index.close()


def _parted(states: Iterable[FileState]) -> tuple[list[str], list[str]]:
    """Return the paths of scripts, and those of documents."""
    scripts: list[str] = []
    documents: list[str] = []
    for state in states:
        (scripts if _is_script(state) else documents).append(state.path)
    return scripts, documents


def _is_script(state: FileState) -> bool:
    return bool(state.id) or (state.path.startswith("scripts/") and state.path.endswith(".py"))


def _sidecars(root: Path) -> Iterator[tuple[str, object]]:
    """Yield the sidecars of media files, each with what changes when it does."""
    try:
        for path in (root / MEDIA_FOLDER).rglob("*.meta"):
            found = path.stat()
            yield str(path), (found.st_mtime_ns, found.st_size, found.st_ino)
    except OSError:
        return
