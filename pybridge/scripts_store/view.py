"""The scripts as they are now, whatever the index says; reading never changes the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.scripts_store.errors import IndexBusy, IndexCorrupt, IndexUnusable
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Plan
from pybridge.scripts_store.index.records import Record, ScriptReader
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.sync import apply, index_path, look, renewed, sync


@dataclass(frozen=True)
class View:
    """An index that agrees with the files, be it only in memory."""

    index: Index
    records: tuple[Record, ...]
    """Every script, by path."""
    plan: Plan
    """How the index on the disk differs; its `conflicting` holds in any case."""
    problems: Mapping[str, Mapping[str, Any]]
    """error.v1 of each file that looks like a script and is none."""
    notes: tuple[PybridgeError | str, ...] = ()


@contextmanager
def current(
    project: Project, *, disk: Disk | None = None, reader: ScriptReader | None = None
) -> Iterator[View]:
    """Open a view of a project; an index that is missing or damaged is made, others are only read."""
    files = disk or Disk()
    with ExitStack() as stack:
        notes: tuple[PybridgeError | str, ...] = ()
        try:
            view = _stored(project, files, reader, stack)
        except IndexCorrupt as damage:
            stack.close()
            notes = renewed(project, damage, disk=files, reader=reader).notes
            view = _stored(project, files, reader, stack)
        except (IndexBusy, IndexUnusable) as error:
            notes = (error,)
            index = stack.enter_context(Index.in_memory(index_path(project)))
            view = _overlaid(project, index, files, reader, stack)
        yield replace(view, notes=notes)


def _stored(project: Project, disk: Disk, reader: ScriptReader | None, stack: ExitStack) -> View:
    path = index_path(project)
    if not path.exists():
        sync(project, disk=disk, reader=reader)
    index = stack.enter_context(Index.open(path, disk.step))
    return _overlaid(project, index, disk, reader, stack)


def _overlaid(
    project: Project, index: Index, disk: Disk, reader: ScriptReader | None, stack: ExitStack
) -> View:
    seen = look(project, index, disk=disk, reader=reader)
    if not seen.plan.is_empty:
        index = stack.enter_context(index.copy())
        apply(index, seen)
    return View(index, tuple(index.records()), seen.plan, index.problems())
