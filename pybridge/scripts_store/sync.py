"""Bring the index up to the files, or show what it would take."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time

from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.scripts_store.errors import IndexCorrupt
from pybridge.scripts_store.history import LOCK, History
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Clash, FileState, Plan, clashes, diff
from pybridge.scripts_store.index.records import ScriptReader
from pybridge.scripts_store.index.scan import Scan, Stamp, scan
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.storage.lock import locked

INDEX = Path(".pybridge") / "index.db"
_TRIES = 3
_LEFTOVER_S = 3600
_MANY = 300
_MOST_KEPT = 500  # of a kind in one sync: a change of branch is no edit, and git keeps it


@dataclass(frozen=True)
class Look:
    """The files and the index, side by side."""

    plan: Plan
    scan: Scan
    stamps: Mapping[str, Stamp]
    """The index's, as they were."""
    generation: int
    clashes: tuple[Clash, ...]
    """Of what the index holds once the plan is carried out."""
    known: Mapping[str, FileState] = field(default_factory=dict)
    """The index's states of every file that differs, and of what can clash with these."""
    notes: tuple[PybridgeError | str, ...] = ()

    @property
    def needs_writing(self) -> bool:
        """Whether the index has to change, be it only that files need no reading any more."""
        return not self.plan.is_empty or bool(self.scan.stamps)


@dataclass(frozen=True)
class SyncReport:
    """What a sync found and did."""

    plan: Plan
    problems: Mapping[str, Mapping[str, object]]
    """error.v1 of each file that looks like a script and is none."""
    notes: tuple[PybridgeError | str, ...] = field(default=())


def look(
    project: Project,
    index: Index,
    *,
    disk: Disk,
    reader: ScriptReader | None = None,
    fresh: bool = False,
) -> Look:
    """Compare files and index; nothing is written.

    Args:
        project: One with a root.
        index: What is known.
        disk: What reads.
        reader: See `record_of`.
        fresh: Read every file, whatever the index knows.
    """
    generation = index.generation
    is_blank = fresh or not index.is_current
    stamps = {} if is_blank else index.stamps()
    found = scan(project, stamps, disk=disk, reader=reader)
    if not is_blank and not found.states and len(found.same) == index.file_count:
        known_clashes = index.clashes()
        return Look(Plan(conflicting=known_clashes), found, stamps, generation, known_clashes)
    known = {} if is_blank else _known(index, found)
    states = {path: state for path, state in known.items() if path in found.same} | found.states
    plan = diff(states, known)
    return Look(plan, found, stamps, generation, plan.conflicting, known)


def _known(index: Index, found: Scan) -> dict[str, FileState]:
    """Return what the index says of every file that differs, and of what can clash with these."""
    if len(found.states) > _MANY:
        return index.states()
    known = index.states_beside(found.states.values())
    if sum(path in known for path in found.states) + len(found.same) == index.file_count:
        return known
    gone = index.paths() - found.same - found.states.keys()
    return {**known, **index.states_beside(FileState(path, "") for path in gone)}


def sync(
    project: Project,
    *,
    disk: Disk | None = None,
    reader: ScriptReader | None = None,
    fresh: bool = False,
) -> SyncReport:
    """Make the index say what the files say, in one transaction.

    A damaged index is kept aside and made anew.

    Raises:
        IndexBusy: when another process holds the index.
        IndexUnusable: when it cannot be written; the files are as they were.
    """
    files = disk or Disk()
    path = index_path(project)
    try:
        return _sync(project, path, files, reader, fresh)
    except IndexCorrupt as error:
        return renewed(project, error, disk=files, reader=reader)


def renewed(
    project: Project, damage: IndexCorrupt, *, disk: Disk, reader: ScriptReader | None
) -> SyncReport:
    """Keep a damaged index aside and make a new one."""
    kept = set_aside(damage.path, disk)
    report = _sync(project, damage.path, disk, reader, True)
    note = f"{damage.what()}; it was kept as {kept.name}, and a new one was made"
    return SyncReport(report.plan, report.problems, (note, *report.notes))


def _sync(
    project: Project, path: Path, disk: Disk, reader: ScriptReader | None, fresh: bool
) -> SyncReport:
    with Index.open(path, disk.step) as index:
        for _ in range(_TRIES):
            seen = look(project, index, disk=disk, reader=reader, fresh=fresh)
            if not (seen.needs_writing or fresh):
                break
            keep_replaced(project, index, seen, disk)
            if apply(index, seen, fresh=fresh):
                break
        else:  # others are at it all the time: look again while nobody else can write
            with index.writing():
                seen = look(project, index, disk=disk, reader=reader, fresh=fresh)
                _put(index, seen, fresh)
        _sweep(seen.scan.leftovers)
        return SyncReport(seen.plan, index.problems(), seen.notes)


def apply(index: Index, seen: Look, *, fresh: bool = False) -> bool:
    """Write what was seen, in one transaction; False if the index changed in the meantime."""
    with index.writing():
        if index.generation != seen.generation:
            return False
        _put(index, seen, fresh)
    return True


def _put(index: Index, seen: Look, fresh: bool) -> None:
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


def refresh(project: Project, paths: set[str], disk: Disk, reader: ScriptReader | None) -> None:
    """Bring the index up to single files; other differences stay, for `diff` to show.

    Without an index there is nothing to do.
    """
    if index_path(project).exists():
        sync_some(project, paths, disk=disk, reader=reader, keep=False)


def sync_some(
    project: Project, paths: set[str], *, disk: Disk, reader: ScriptReader | None, keep: bool
) -> SyncReport:
    """Make the index say what single files say; other differences stay.

    Args:
        project: One with a root.
        paths: The files, under their old or new paths.
        disk: What reads.
        reader: See `record_of`.
        keep: Keep the contents that were replaced; False where they are kept already.
    """
    with Index.open(index_path(project), disk.step) as index:
        for _ in range(_TRIES):
            seen = _narrowed(look(project, index, disk=disk, reader=reader), paths)
            if keep:
                keep_replaced(project, index, seen, disk)
            if apply(index, seen):
                break
        return SyncReport(seen.plan, index.problems(), seen.notes)


def _narrowed(seen: Look, paths: set[str]) -> Look:
    """Return what was seen as far as it concerns *paths*."""
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


def keep_replaced(project: Project, index: Index, seen: Look, disk: Disk) -> None:
    """Keep the contents that an editor, or git, replaced or deleted since the last sync.

    What cannot be kept is no reason not to sync: the index would lie.
    """
    plan = seen.plan
    if not (plan.removed or plan.changed or plan.moved):
        return
    root = project.root or Path()
    history = History(root, disk)
    with suppress(PybridgeError), locked(root / LOCK):
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
    history.prune()


def set_aside(path: Path, disk: Disk) -> Path:
    """Rename a damaged index, and what SQLite keeps beside it; return its new name."""
    number = 1
    while (kept := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    disk.step("set aside")
    with suppress(FileNotFoundError):
        path.rename(kept)
    for suffix in ("-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept


def index_path(project: Project) -> Path:
    """Return where a project's index is."""
    return (project.root or Path()) / INDEX


def _sweep(leftovers: list[str]) -> None:
    """Delete the scratch files of writes that died long ago."""
    for name in leftovers:
        with suppress(OSError):
            if Path(name).stat().st_mtime < time() - _LEFTOVER_S:
                Path(name).unlink()
