"""The scripts as they are now, whatever the index says; reading never changes the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.scripts_store.database import Index
from pybridge.scripts_store.disk import Disk
from pybridge.scripts_store.errors import IndexBusy, IndexUnusable
from pybridge.scripts_store.plan import Plan
from pybridge.scripts_store.records import Opinion
from pybridge.scripts_store.sync import apply, index_path, look, sync


@dataclass(frozen=True)
class View:
    """An index that agrees with the files, be it only in memory."""

    index: Index
    plan: Plan
    """How the index on the disk differs; its `conflicting` holds in any case."""
    problems: Mapping[str, Mapping[str, Any]]
    """error.v1 of each file that looks like a script and is none."""
    notes: tuple[PybridgeError | str, ...] = ()


@contextmanager
def current(
    project: Project, *, disk: Disk | None = None, opinion: Opinion | None = None
) -> Iterator[View]:
    """Open a view of a project; an index that is missing or damaged is made, others are only read."""
    files = disk or Disk()
    path = index_path(project)
    notes: tuple[PybridgeError | str, ...] = ()
    with ExitStack() as stack:
        try:
            if not path.exists():
                sync(project, disk=files, opinion=opinion)
            try:
                index = stack.enter_context(Index.open(path, files.step))
                index.generation  # noqa: B018 - reading shows whether it is sound
            except PybridgeError as error:
                if isinstance(error, IndexBusy | IndexUnusable):
                    raise
                notes = sync(project, disk=files, opinion=opinion).notes
                index = stack.enter_context(Index.open(path, files.step))
        except (IndexBusy, IndexUnusable) as error:
            notes = (error,)
            index = stack.enter_context(Index.in_memory(path))
        yield _overlaid(project, index, files, opinion, notes, stack)


def _overlaid(
    project: Project,
    index: Index,
    disk: Disk,
    opinion: Opinion | None,
    notes: tuple[PybridgeError | str, ...],
    stack: ExitStack,
) -> View:
    seen = look(project, index, disk=disk, opinion=opinion)
    if not seen.plan.is_empty:
        index = stack.enter_context(index.copy())
        apply(index, seen)
    return View(index, seen.plan, index.problems(), notes)
