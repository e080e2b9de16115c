"""Re-render the documents that a saved file affects."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from pybridge.commands.script_reader import EngineScriptReader
from pybridge.commands.scripts.syncing import brief
from pybridge.commands.session import Session, limits_of, open_session
from pybridge.commands.work.render import render_again
from pybridge.commands.work.render_report import RenderedFile, RenderRequest
from pybridge.commands.work.stale_outputs import remove_stale
from pybridge.engines import EngineChoice
from pybridge.errors import PybridgeError
from pybridge.errors.text import notes_text
from pybridge.project.discover import Project, read_settings
from pybridge.project.documents import DocumentFile
from pybridge.project.outputs import mark_output
from pybridge.project.scripts import Script
from pybridge.project.site_data import shared_data
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import FileState, Plan
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.sync import SyncReport, sync
from pybridge.scripts_store.watch import FolderSignals, Signals, settled
from pybridge.scripts_store.workspace import Workspace

PREVIEW = Path(".pybridge") / "preview"


@dataclass(frozen=True)
class WatchRequest:
    """The project to watch, and the output folder."""

    project: Project
    engine: EngineChoice
    out: Path | None = None
    html: bool = False


def watch(request: WatchRequest, signals: Signals | None = None) -> Iterator[dict[str, Any]]:
    """Yield a cli-watch.v1 at once, and one after each change; never ends by itself.

    Args:
        request: What to watch.
        signals: Hints; None for those of the system.

    Raises:
        WatchFailed: when the system refuses.
        PybridgeError: when the engine does not start.
    """
    root = request.project.root
    out = (request.out or root / PREVIEW).resolve()
    with suppress(PybridgeError):  # whoever writes there gets the error
        mark_output(out, request.project)
    with ExitStack() as stack:
        if signals is None:
            signals = stack.enter_context(FolderSignals(root, skip=out))
        watcher = stack.enter_context(Watcher(replace(request, out=out)))
        yield watcher.begin()
        for _ in settled(signals):
            try:
                turn = watcher.turn()
            except PybridgeError as error:  # a locked index, a full disk: the next save may succeed
                yield _head(Plan(), [error], None)
            else:
                if turn is not None:
                    yield turn


class Watcher:
    """Keeps an engine with the present scripts; a context manager."""

    def __init__(self, request: WatchRequest) -> None:
        self._request = request
        self._project = request.project
        self._disk = Disk()
        self._reader = EngineScriptReader()
        self._stack = ExitStack()
        self._session: Session | None = None
        self._names: dict[str, set[str]] = {}
        self._data: dict[str, Any] | None = None
        self._written: set[Path] = set()
        self._is_behind = False
        """Whether a turn failed: what it had to do is part of the next one."""
        self._bad_settings: list[str] = []
        """What is wrong with pybridge.toml, in words."""

    def begin(self) -> dict[str, Any]:
        """Update index and engine from the files; nothing is rendered yet."""
        done = sync(self._workspace)
        with self._index() as index:
            for record in index.records():
                self._names[record.path] = _names(record)
            self._remove_stale(index)
        self._open()
        return self._report(done.plan, [], done.notes, None, done)

    def turn(self) -> dict[str, Any] | None:
        """Process the changed files; None if there are none."""
        known = self._bad_settings
        is_whole = self._read_settings() or self._is_behind
        notes: list[PybridgeError | str] = []
        notes += self._bad_settings if self._bad_settings != known else []
        self._is_behind = True
        done = sync(self._workspace)
        plan = done.plan
        if plan.is_empty and not is_whole:
            self._is_behind = False
            return self._report(plan, [], notes, None, done) if notes else None
        with self._index() as index:
            changed = [record for state in _new(plan) if (record := index.record(state.path))]
            names = self._changed_names(plan, changed)
            helpers = any(PurePosixPath(state.path).name.startswith("_") for state in _all(plan))
            if is_whole:
                users = index.documents()
            elif helpers:
                users = [document for document, _, _ in index.uses()]
            else:
                users = list(index.documents_using(names))
            self._remove_stale(index)
        self._load(plan, changed, restart=helpers or is_whole)
        documents = {state.path for state in _new(plan) if not state.id} - done.problems.keys()
        rendered = self._render(sorted({*users, *documents}), forget=is_whole or bool(documents))
        self._is_behind = False
        problems = [each for record in changed for each in record.info["problems"]]
        bad = [done.problems[state.path] for state in _new(plan) if state.path in done.problems]
        changed_at = self._changed_at(plan)
        ms = (time.time() - changed_at) * 1000 if changed_at is not None else None
        notes += done.notes
        return {**self._report(plan, rendered, notes, ms, done), "problems": [*problems, *bad]}

    def _read_settings(self) -> bool:
        """Read pybridge.toml; return whether it changed. An invalid one changes nothing, and is reported."""
        try:
            settings = read_settings(self._project.root)
            limits_of(replace(self._project, settings=settings))
        except PybridgeError as error:
            self._bad_settings = notes_text([error])
            return False
        self._bad_settings = []
        if settings == self._project.settings:
            return False
        self._project = replace(self._project, settings=settings)
        return True

    def _changed_names(self, plan: Plan, changed: Iterable[Record]) -> set[str]:
        """Return every name, new or old, that may now mean another script."""
        names: set[str] = set()
        for state in _old(plan):
            names |= self._names.pop(state.path, set())
        for record in changed:
            self._names[record.path] = _names(record)
            names |= self._names[record.path]
        return names

    def _load(self, plan: Plan, changed: Iterable[Record], *, restart: bool) -> None:
        """Load the changed scripts; to unload one, the engine is restarted."""
        gone = {state.path for state in _old(plan) if state.id} - {each.path for each in changed}
        if gone or restart or self._session is None:
            self._open()
            return
        scripts = [Script(each.path, each.content.removeprefix("\ufeff")) for each in changed]
        if scripts:
            self._session.engine.load(scripts)

    def _open(self) -> None:
        self._stack.close()
        self._session = self._stack.enter_context(open_session(self._project, self._request.engine))

    def _render(self, paths: list[str], *, forget: bool) -> list[RenderedFile]:
        root = self._project.root
        if self._session is None or not paths:
            return []
        if self._data is None or forget:
            limit = self._session.limits.input_bytes
            self._data = shared_data(self._project, (), limit=limit)
        files = [_document(root, path) for path in paths]
        rendered = render_again(files, self._session, self._asked, self._data)
        self._written.update(file.target for file in rendered if file.target is not None)
        return rendered

    @property
    def _asked(self) -> RenderRequest:
        request = self._request
        return RenderRequest(
            [], self._project, request.engine, request.out, request.html, preview=True
        )

    def _remove_stale(self, index: Index) -> None:
        """Remove the previews of documents that are gone; elsewhere only those that were written since the start."""
        root, out = self._project.root, self._request.out
        documents = [_document(root, path) for path in index.paths()]
        is_own = out == (root / PREVIEW).resolve()
        remove_stale(documents, self._asked, None if is_own else self._written)

    def _changed_at(self, plan: Plan) -> float | None:
        """Return when the last of the changed files was saved, renamed or put there, in seconds of the epoch."""
        times: list[float] = []
        for state in _new(plan):
            try:
                found = (self._project.root / state.path).stat()
            except OSError:
                continue
            # A file that is renamed or copied keeps its st_mtime. On Windows, st_ctime is the time of its creation.
            is_posix = os.name == "posix"
            times.append(found.st_ctime if is_posix else max(found.st_mtime, found.st_ctime))
            times += self._folders_changed_at(state.path) if state in plan.added else ()
        return max(times, default=None)

    def _folders_changed_at(self, path: str) -> Iterator[float]:
        """Yield when the folders above a new file changed: one that is renamed brings its files along."""
        for folder in PurePosixPath(path).parents[:-1]:
            with suppress(OSError):
                yield (self._project.root / folder).stat().st_ctime

    def _report(
        self,
        plan: Plan,
        rendered: Iterable[RenderedFile],
        notes: Iterable[PybridgeError | str],
        ms: float | None,
        done: SyncReport,
    ) -> dict[str, Any]:
        problems = list(done.problems.values())
        rendered = list(rendered)
        files = [_rendered(file, self._project) for file in rendered]
        unused = [file.unused_post for file in rendered if file.unused_post is not None]
        head = _head(plan, [*notes, *unused], ms)
        return {**head, "problems": problems, "rendered": files}

    def _index(self) -> Index:
        return Index.open(self._workspace.index_path, self._disk.step)

    @property
    def _workspace(self) -> Workspace:
        return Workspace(self._project, self._disk, self._reader)

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._reader.__exit__(None, None, None)


def _document(root: Path, path: str) -> DocumentFile:
    return DocumentFile(root / path, path, PurePosixPath(path))


def _names(record: Record) -> set[str]:
    return {record.slug, *record.info["aliases"]}


def _new(plan: Plan) -> list[FileState]:
    return [*plan.added, *(move.new for move in (*plan.changed, *plan.moved))]


def _old(plan: Plan) -> list[FileState]:
    return [*plan.removed, *(move.old for move in (*plan.changed, *plan.moved))]


def _all(plan: Plan) -> list[FileState]:
    return [state for state in (*_new(plan), *_old(plan)) if state.path.endswith(".py")]


def _rendered(file: RenderedFile, project: Project) -> dict[str, Any]:
    return {
        "path": file.file.name,
        "target": project.name_of(file.target) if file.target else None,
        "macros": len(file.macros),
        "errors": file.errors,
    }


def _head(plan: Plan, notes: Iterable[PybridgeError | str], ms: float | None) -> dict[str, Any]:
    return {
        **brief(plan),
        "conflicting": [clash.to_json() for clash in plan.conflicting],
        "problems": [],
        "rendered": [],
        "ms": None if ms is None else round(ms, 1),
        "notes": notes_text(notes),
    }
