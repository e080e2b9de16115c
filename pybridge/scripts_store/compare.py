"""Compare the metadata of files and index, field by field, and write the index's into the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pybridge.errors import OutputFailed
from pybridge.macros.scripts.header import Value
from pybridge.project.paths import inside, project_path
from pybridge.scripts_store.edits.header_text import KEYS, update_header
from pybridge.scripts_store.history import History
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.index.plan import Plan
from pybridge.scripts_store.index.records import FIELDS, Record
from pybridge.scripts_store.storage.disk import FileChanged
from pybridge.scripts_store.sync import compare_files
from pybridge.scripts_store.workspace import Workspace
from pybridge.storage.lock import locked

State = Literal["added", "changed", "moved", "removed"]


@dataclass(frozen=True)
class FieldDifference:
    """One value that differs between disk and index."""

    field: str
    disk: Any
    """None where the disk has no such script."""
    index: Any

    def to_json(self) -> dict[str, Any]:
        """Return the difference as cli-diff.v1 has it."""
        return {"field": self.field, "disk": self.disk, "index": self.index}


@dataclass(frozen=True)
class Difference:
    """One script that differs between disk and index."""

    state: State
    """Seen from the index: `added` is on the disk only, `removed` in the index only."""
    disk: Record | None
    index: Record | None

    @property
    def path(self) -> str:
        """Its present path, or its last one."""
        record = self.disk or self.index
        return record.path if record else ""

    @property
    def fields(self) -> list[FieldDifference]:
        """The metadata that differs, and whether the body does."""
        differing = [
            FieldDifference(name, _value(self.disk, name), _value(self.index, name))
            for name in FIELDS
            if _value(self.disk, name) != _value(self.index, name)
        ]
        hashes = [record and record.sha256 for record in (self.disk, self.index)]
        bodies = [record and record.body for record in (self.disk, self.index)]
        return [*differing, *([FieldDifference("body", *hashes)] if bodies[0] != bodies[1] else [])]

    @property
    def writable(self) -> dict[str, Value]:
        """The header values that the index would write into the file; a file without a header stays."""
        if self.disk is None or self.index is None or not self.disk.has_header:
            return {}
        differing = [field for field in self.fields if field.field in KEYS]
        return {field.field: field.index for field in differing if field.index is not None}

    def to_json(self) -> dict[str, Any]:
        """Return the difference as cli-diff.v1 has it."""
        moved = {"from": self.index.path} if self.state == "moved" and self.index else {}
        fields = [field.to_json() for field in self.fields]
        head = {"path": self.path, "state": self.state, **moved, "writes": list(self.writable)}
        return {**head, "fields": fields}


@dataclass(frozen=True)
class Comparison:
    """All differences between disk and index."""

    plan: Plan
    differences: tuple[Difference, ...]


def compare(workspace: Workspace) -> Comparison:
    """Compare; nothing is written. A missing index counts as empty.

    Raises:
        IndexBusy: when another process holds the index.
        IndexUnusable: when it cannot be read.
        IndexCorrupt: when it is damaged.
    """
    path = workspace.index_path
    opened = Index.open(path, workspace.disk.step) if path.exists() else Index.in_memory(path)
    with opened as index:
        seen = compare_files(workspace, index)
        now, plan = seen.scan.records, seen.plan
        pairs: list[tuple[State, Record | None, Record | None]] = []
        pairs += [("added", now.get(state.path), None) for state in plan.added]
        for state, moves in (("changed", plan.changed), ("moved", plan.moved)):
            pairs += [
                (state, now.get(move.new.path), index.record(move.old.path))  # type: ignore[misc]
                for move in moves
            ]
        pairs += [("removed", None, index.record(each.path)) for each in plan.removed]
    found = [Difference(state, one, two) for state, one, two in pairs if one or two]
    return Comparison(plan, tuple(sorted(found, key=lambda each: each.path)))


def bring_back(workspace: Workspace, found: Comparison) -> list[str]:
    """Write the index's metadata into the files; return the paths of those that changed.

    A deleted file is restored whole. Bodies keep the content of the disk, and scripts that the index
    does not know stay: deleting them would lose them.

    Raises:
        OutputFailed: when a file cannot be written.
        PathRefused: when the index names a file outside of the project.
    """
    written: list[str] = []
    history = History(workspace.root, workspace.disk)
    with locked(workspace.lock_path, root=workspace.root):
        for difference in found.differences:
            if _bring_back(workspace, difference, history):
                written.append(difference.path)
    return written


def _bring_back(workspace: Workspace, found: Difference, history: History) -> bool:
    if found.index is None:
        return False
    disk = workspace.disk
    root = workspace.root.resolve()
    target = inside(root, project_path(found.path, new=False))
    if found.disk is None:
        if target.exists():  # a file that is not a script
            return False
        disk.write(target, found.index.content.encode(), root=root)
        return True
    if not found.writable:
        return False
    text = update_header(found.disk.content, found.writable)
    history.keep(found.disk, "updated")
    try:
        disk.write(target, text.encode(), root=root, instead_of=found.disk.content.encode())
    except FileChanged as error:
        raise OutputFailed(target, OSError("it changed in the meantime")) from error
    return True


def _value(record: Record | None, name: str) -> Any:
    return record.info[name] if record else None
