"""Send events about changes in a project; the index on the disk is not changed."""

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
from pybridge.scripts_store.sync import apply, compare_files, sync
from pybridge.scripts_store.watch import FolderSignals, Signals, WatchFailed, settled
from pybridge.scripts_store.workspace import Workspace
from pybridge.service.errors import ProjectGone

LOOK_S = 1.0
"""Seconds between checks that the project folder exists."""
POLL_S = 2.0
"""Seconds between scans where the system cannot watch."""

Send = Callable[[str, dict[str, Any]], None]
Identity = tuple[int, int] | None


class Watching:
    """Watches in its own thread until it is closed."""

    def __init__(self, project: Project, send: Send) -> None:
        self._seen = Seen(project, send)
        self._root = project.root
        self._send = send
        self._end = threading.Event()
        self._began = threading.Event()
        self._is_gone = False
        self._thread = threading.Thread(target=self._watch, name="pybridge-watch", daemon=True)
        self._thread.start()

    def wait_until_begun(self) -> None:
        """Wait for the first scan: every later change is reported."""
        self._began.wait()

    def _watch(self) -> None:
        try:
            with self._seen:
                while not self._end.is_set():
                    self._attend()
        finally:
            self._began.set()

    def _attend(self) -> None:
        """Watch the folder while it exists."""
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
            log(f"pybridge: {error}; scanning every {POLL_S:g} s instead")
            return Polls(self._end)

    def _turn(self, *, is_back: bool = False) -> None:
        if is_back:
            self._is_gone = False
            self._send("project.changed", {})
        try:
            self._seen.look()
        except (PybridgeError, OSError) as error:  # the next scan may succeed
            if _identity(self._root) is not None:
                log(f"pybridge: {error}")

    def _say_gone(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self._send("project.unavailable", {"error": ProjectGone(self._root).to_json()})

    def close(self) -> None:
        """End the watch."""
        self._end.set()
        self._thread.join()


class Attended:
    """Signals that end with the watch, or when the folder is replaced or deleted."""

    def __init__(
        self, signals: Signals, root: Path, identity: Identity, end: threading.Event
    ) -> None:
        self._signals, self._root, self._identity, self._end = signals, root, identity, end

    def wait(self, timeout_s: float | None) -> bool:
        """Wait for a hint; False at the timeout, or at the end."""
        if timeout_s is not None:
            return self._signals.wait(timeout_s)
        while not self._end.is_set() and _identity(self._root) == self._identity:
            if self._signals.wait(LOOK_S / 5):
                return True
        return False


class Polls:
    """Signals by the clock, where the system cannot watch."""

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
    """The files at the last scan; a context manager, for one thread."""

    def __init__(self, project: Project, send: Send) -> None:
        self._workspace = Workspace(project)
        self._root = project.root
        self._send = send
        self._index: Index | None = None
        self._media: Mapping[str, object] = {}

    def look(self) -> None:
        """Report the changes since the last scan; the first one reports nothing."""
        is_first = self._index is None
        if self._index is None:
            self._index = self._copied()
        has_new_settings = self._read_settings()
        seen = compare_files(self._workspace, self._index)
        if seen.needs_writing:
            apply(self._index, seen)
        media = dict(_sidecars(self._root))
        has_new_media, self._media = media != self._media, media
        if is_first:
            return
        if has_new_settings or has_new_media:
            self._send("project.changed", {})
        self._report(seen.plan)

    def _copied(self) -> Index:
        """Return a copy of the index in memory; make the one on the disk if it is missing."""
        path = self._workspace.index_path
        try:
            if not path.exists():
                sync(self._workspace)
            with Index.open(path) as stored:
                return stored.copy()
        except PybridgeError:  # an empty one works too: all files are read
            return Index.in_memory(path)

    def _read_settings(self) -> bool:
        try:
            settings = read_settings(self._root)
        except PybridgeError:
            return False
        if settings == self._workspace.settings:
            return False
        project = replace(self._workspace.project, settings=settings)
        self._workspace = replace(self._workspace, project=project)
        return True

    def _report(self, plan: Plan) -> None:
        changed = [*plan.added, *(move.new for move in plan.changed)]
        scripts, documents = _parted(changed)
        gone_scripts, gone_documents = _parted(plan.removed)
        moved = [{"from": move.old.path, "to": move.new.path} for move in plan.moved]
        if scripts or gone_scripts or moved:
            params = {"changed": scripts, "removed": gone_scripts, "moved": moved}
            self._send("scripts.changed", params)
        if documents or gone_documents:
            self._send("documents.changed", {"changed": documents, "removed": gone_documents})

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
    """Yield the sidecars of media files, each with a stamp."""
    try:
        for path in (root / MEDIA_FOLDER).rglob("*.meta"):
            found = path.stat()
            yield str(path), (found.st_mtime_ns, found.st_size, found.st_ino)
    except OSError:
        return
