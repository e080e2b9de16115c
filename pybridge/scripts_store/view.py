"""The scripts on the disk at present, even where the index is out of date; reading never changes it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pybridge.errors import PybridgeError
from pybridge.scripts_store.errors import IndexBusy, IndexCorrupt, IndexUnusable
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Plan
from pybridge.scripts_store.index.records import Record
from pybridge.scripts_store.sync import apply, compare_files, renewed, sync
from pybridge.scripts_store.workspace import Workspace
from pybridge.storage.own_folder import LinkInTheWay


@dataclass(frozen=True)
class View:
    """An index that agrees with the files; a copy in memory where the one on the disk does not."""

    index: Index
    records: tuple[Record, ...]
    """Every script, by path."""
    plan: Plan
    """How the index on the disk differs from the files; its `conflicting` is always set."""
    problems: Mapping[str, Mapping[str, Any]]
    """error.v1 of each file that looks like a script and is not one."""
    notes: tuple[PybridgeError | str, ...] = ()


@contextmanager
def current(workspace: Workspace) -> Iterator[View]:
    """Open a view of the scripts; an index that is missing or damaged is made, others are only read."""
    with ExitStack() as stack:
        notes: tuple[PybridgeError | str, ...] = ()
        try:
            view = _stored(workspace, stack)
        except IndexCorrupt as damage:
            stack.close()
            notes = renewed(workspace, damage).notes
            view = _stored(workspace, stack)
        except (IndexBusy, IndexUnusable, LinkInTheWay) as error:
            notes = (error,)
            index = stack.enter_context(Index.in_memory(workspace.index_path))
            view = _overlaid(workspace, index, stack)
        yield replace(view, notes=notes)


def _stored(workspace: Workspace, stack: ExitStack) -> View:
    path = workspace.index_path
    if not os.path.lexists(path):  # a link to nothing is set aside
        sync(workspace)
    index = stack.enter_context(Index.open(path, workspace.disk.step))
    return _overlaid(workspace, index, stack)


def _overlaid(workspace: Workspace, index: Index, stack: ExitStack) -> View:
    seen = compare_files(workspace, index)
    if not seen.plan.is_empty:
        index = stack.enter_context(index.copy())
        apply(index, seen)
    return View(index, tuple(index.records()), seen.plan, index.problems())
