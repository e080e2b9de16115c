"""Update the index from the files, or compare the two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time

from pybridge.errors import PybridgeError
from pybridge.scripts_store.errors import IndexCorrupt, IndexUnusable
from pybridge.scripts_store.history import History
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Clash, FileState, Plan, clashes, diff
from pybridge.scripts_store.index.scan import Scan, Stamp, scan
from pybridge.scripts_store.index.trusted import SIDECARS
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.workspace import Workspace
from pybridge.storage.atomic import SCRATCH_SUFFIX
from pybridge.storage.lock import locked
from pybridge.storage.own_folder import LinkInTheWay, open_folder

_TRIES = 3
_LEFTOVER_S = 3600
_LEFTOVER = re.compile(r"\..{1,40}\.[0-9a-f]{8}" + re.escape(SCRATCH_SUFFIX), re.DOTALL)
_MOST_DAMAGED = 9
_MANY = 300
_MOST_KEPT = 500  # of a kind in one sync: a change of branch is not an edit, and git keeps it


@dataclass(frozen=True)
class IndexComparison:
    """The files and the index, side by side."""

    plan: Plan
    scan: Scan
    stamps: Mapping[str, Stamp]
    """The index's, as they were."""
    generation: int
    clashes: tuple[Clash, ...]
    """Names that several scripts claim, once the plan is applied."""
    known: Mapping[str, FileState] = field(default_factory=dict)
    """The index's states of every file that differs, and of what can clash with these."""
    notes: tuple[PybridgeError | str, ...] = ()

    @property
    def needs_writing(self) -> bool:
        """Whether the index has to change, if only to note that files need not be read again."""
        return not self.plan.is_empty or bool(self.scan.stamps)


@dataclass(frozen=True)
class SyncReport:
    """What a sync found and did."""

    plan: Plan
    problems: Mapping[str, Mapping[str, object]]
    """error.v1 of each file that looks like a script and is not one."""
    notes: tuple[PybridgeError | str, ...] = field(default=())


def compare_files(workspace: Workspace, index: Index, *, fresh: bool = False) -> IndexComparison:
    """Compare the files with the index; nothing is written. *fresh* reads every file again."""
    generation = index.generation
    is_blank = fresh or not index.is_current
    stamps = {} if is_blank else index.stamps()
    found = scan(workspace, stamps)
    if not is_blank and not found.states and len(found.same) == index.file_count:
        known_clashes = index.clashes()
        return IndexComparison(
            Plan(conflicting=known_clashes), found, stamps, generation, known_clashes
        )
    known = {} if is_blank else _known(index, found)
    states = {path: state for path, state in known.items() if path in found.same} | found.states
    plan = diff(states, known)
    notes = tuple(found.refused)
    return IndexComparison(plan, found, stamps, generation, plan.conflicting, known, notes)


def _known(index: Index, found: Scan) -> dict[str, FileState]:
    """Return the index's states of files that differ, and of those that can clash with them."""
    if len(found.states) > _MANY:
        return index.states()
    known = index.states_beside(found.states.values())
    if sum(path in known for path in found.states) + len(found.same) == index.file_count:
        return known
    gone = index.paths() - found.same - found.states.keys()
    return {**known, **index.states_beside(FileState(path, "") for path in gone)}


def sync(workspace: Workspace, *, fresh: bool = False) -> SyncReport:
    """Update the index from all files, in one transaction.

    A damaged index is renamed and made again.

    Raises:
        IndexBusy: when another process holds the index.
        IndexUnusable: when it cannot be written; the files are as they were.
    """
    try:
        return _sync(workspace, fresh)
    except IndexCorrupt as error:
        return renewed(workspace, error)


def renewed(workspace: Workspace, damage: IndexCorrupt) -> SyncReport:
    """Rename a damaged index and make a new one."""
    kept = set_aside(damage.path, workspace.disk)
    report = _sync(workspace, True)
    note = f"{damage.what()}; it was kept as {kept.name}, and a new one was made"
    return SyncReport(report.plan, report.problems, (note, *report.notes))


def _sync(workspace: Workspace, fresh: bool) -> SyncReport:
    with Index.open(workspace.index_path, workspace.disk.step) as index:
        for _ in range(_TRIES):
            seen = compare_files(workspace, index, fresh=fresh)
            if not (seen.needs_writing or fresh):
                break
            seen = keep_replaced(workspace, index, seen)
            if apply(index, seen, fresh=fresh):
                break
        else:  # other processes keep changing it: compare again while they cannot write
            with index.writing():
                seen = compare_files(workspace, index, fresh=fresh)
                _put(index, seen, fresh)
        _sweep(workspace.root, seen.scan.leftovers)
        return SyncReport(seen.plan, index.problems(), seen.notes)


def apply(index: Index, seen: IndexComparison, *, fresh: bool = False) -> bool:
    """Write a comparison's plan, in one transaction; False if the index changed in the meantime."""
    with index.writing():
        if index.generation != seen.generation:
            return False
        _put(index, seen, fresh)
    return True


def _put(index: Index, seen: IndexComparison, fresh: bool) -> None:
    plan, found = seen.plan, seen.scan
    if fresh or not index.is_current:
        index.clear()
    gone = _gone(plan)
    index.remove(gone)
    index.put(changed_states(plan), found.records, found.problems, found.uses)
    stamps: dict[str, Stamp | None] = dict.fromkeys([*gone, *found.states])
    index.finish({**stamps, **found.stamps}, seen.clashes)


def _gone(plan: Plan) -> list[str]:
    return [*(state.path for state in plan.removed), *(move.old.path for move in plan.moved)]


def changed_states(plan: Plan) -> list[FileState]:
    """Return the states that the index does not have yet, by path."""
    moves = (move.new for move in (*plan.changed, *plan.moved))
    return sorted([*plan.added, *moves])


def refresh(workspace: Workspace, paths: set[str]) -> None:
    """Update the index from single files; other differences stay, for `diff` to show.

    Without an index there is nothing to do.
    """
    if workspace.index_path.exists():
        sync_some(workspace, paths, keep=False)


def sync_some(workspace: Workspace, paths: set[str], *, keep: bool) -> SyncReport:
    """Update the index from single files; other differences stay.

    Args:
        workspace: Which.
        paths: The files, under their old or new paths.
        keep: Keep the contents that were replaced; False where they are kept already.
    """
    with Index.open(workspace.index_path, workspace.disk.step) as index:
        for _ in range(_TRIES):
            seen = _narrowed(compare_files(workspace, index), paths)
            if keep:
                seen = keep_replaced(workspace, index, seen)
            if apply(index, seen):
                break
        return SyncReport(seen.plan, index.problems(), seen.notes)


def _narrowed(seen: IndexComparison, paths: set[str]) -> IndexComparison:
    """Return the part of a comparison that concerns *paths*."""
    plan, found = seen.plan, seen.scan
    kept = Plan(
        tuple(state for state in plan.added if state.path in paths),
        tuple(move for move in plan.changed if move.new.path in paths),
        tuple(move for move in plan.moved if paths & {move.old.path, move.new.path}),
        tuple(state for state in plan.removed if state.path in paths),
        plan.conflicting,
    )
    states = {path: state for path, state in found.states.items() if path in paths}
    stamps = {path: stamp for path, stamp in found.stamps.items() if path in paths}
    gone = set(_gone(kept))
    after = {path: state for path, state in seen.known.items() if path not in gone}
    after |= {state.path: state for state in changed_states(kept)}
    return replace(
        seen,
        plan=kept,
        scan=replace(found, states=states, stamps=stamps),
        clashes=tuple(clashes(after.values())),
    )


def keep_replaced(workspace: Workspace, index: Index, seen: IndexComparison) -> IndexComparison:
    """Keep the contents that an editor, or git, replaced or deleted since the last sync.

    A content that cannot be kept does not stop the sync: the index would be wrong. Where a link is
    the reason, the comparison that is returned has a note.
    """
    if not (seen.plan.removed or seen.plan.changed or seen.plan.moved):
        return seen
    history = History(workspace.root, workspace.disk)
    with suppress(PybridgeError):
        try:
            _keep_all(workspace, index, seen.plan, history)
        except LinkInTheWay as error:
            return replace(seen, notes=(*seen.notes, error))
    history.prune()
    return seen


def _keep_all(workspace: Workspace, index: Index, plan: Plan, history: History) -> None:
    with locked(workspace.lock_path, root=workspace.root):
        for state in plan.removed[:_MOST_KEPT]:
            record = index.record(state.path) if state.id else None
            if record is not None:
                history.keep(record, "deleted")
        for move in plan.changed[:_MOST_KEPT]:
            record = index.record(move.old.path) if move.old.id else None
            if record is not None:
                history.keep(record, "edited", new_id=move.new.id)
        for move in plan.moved[:_MOST_KEPT]:
            record = index.record(move.old.path)
            if record is not None:
                history.keep(record, "moved", new_id=move.new.id)


def set_aside(path: Path, disk: Disk) -> Path:
    """Rename a damaged index, and what SQLite keeps beside it; return its new name.

    After some, the last one is replaced.

    Raises:
        LinkInTheWay: when its folder is a link.
        IndexUnusable: when the system refuses.
    """
    try:
        with open_folder(path.parent.parent, path.parent) as folder:
            names = [f"{path.name}.damaged-{number}" for number in range(1, _MOST_DAMAGED + 1)]
            kept = next((name for name in names if not folder.has(name)), names[-1])
            disk.step("set aside")
            with suppress(FileNotFoundError):
                folder.replace(path.name, kept)
            for suffix in SIDECARS:
                with suppress(OSError):
                    folder.replace(path.name + suffix, kept + suffix)
            return path.with_name(kept)
    except OSError as error:
        raise IndexUnusable(path, error.strerror or str(error)) from error


def _sweep(root: Path, leftovers: list[str]) -> None:
    """Delete the scratch files of writes that died long ago."""
    for name in leftovers:
        place = Path(name)
        with suppress(OSError, LinkInTheWay), open_folder(root, place.parent) as folder:
            status = folder.status(place.name)
            is_ours = _LEFTOVER.fullmatch(place.name) and folder.is_regular(place.name)
            if is_ours and status is not None and status.st_mtime < time() - _LEFTOVER_S:
                folder.remove(place.name)
