"""Copy the built-in macros into a project and update them; files that were changed stay."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pybridge import resources
from pybridge.errors import DocumentUnreadable
from pybridge.formats.json_text import decode_json
from pybridge.project.discover import SCRIPTS_FOLDER
from pybridge.project.scripts import SEEDED_FILE
from pybridge.project.tree import MAX_SCRIPT_BYTES
from pybridge.scripts_store.history import History
from pybridge.scripts_store.index.records import record_of
from pybridge.scripts_store.storage.disk import Disk, FileChanged
from pybridge.scripts_store.workspace import LOCK
from pybridge.storage.lock import locked
from pybridge.storage.regular_file import read_regular

Action = Literal["seeded", "upgraded", "current", "kept", "deleted"]
"""`kept`: the file was changed, or is the project's own; `deleted`: deleted defaults are not restored."""


@dataclass(frozen=True)
class Default:
    """A built-in script as it is shipped."""

    name: str
    slug: str
    content: bytes
    shipped: frozenset[str]
    """The sha256 of every version that was ever shipped."""

    @property
    def sha256(self) -> str:
        """Hash of the present version."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Seeding:
    """The action planned for one built-in script in a project."""

    default: Default
    action: Action
    found: bytes | None = None
    """The project's file of that name."""

    @property
    def path(self) -> str:
        """Its path in the project."""
        return f"{SCRIPTS_FOLDER}/{self.default.name}"

    def to_json(self) -> dict[str, Any]:
        """Return an entry of cli-seed.v1; a changed file comes with its difference."""
        value = {"slug": self.default.slug, "path": self.path, "action": self.action}
        return {**value, "diff": "".join(self._diff())} if self.action == "kept" else value

    def _diff(self) -> Iterator[str]:
        own = (self.found or b"").decode("utf-8", "replace").splitlines(keepends=True)
        new = self.default.content.decode("utf-8").splitlines(keepends=True)
        for line in difflib.unified_diff(own, new, self.path, f"built in: {self.default.name}"):
            yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def shipped(folder: Path | None = None) -> list[Default]:
    """Return the built-in scripts of this pybridge, or of another folder with a manifest."""
    base = folder or resources.default_scripts()
    manifest = json.loads((base / "manifest.json").read_text("utf-8"))
    return [
        Default(
            entry["path"],
            entry["slug"],
            (base / entry["path"]).read_bytes(),
            frozenset([entry["sha256"], *entry["history"]]),
        )
        for entry in manifest["scripts"]
    ]


def plan_seeding(
    defaults: list[Default], record: Mapping[str, str], found: Mapping[str, bytes]
) -> list[Seeding]:
    """Decide the action for each built-in script.

    Args:
        defaults: What is shipped now.
        record: What was seeded once: file name to sha256.
        found: The project's files of those names.
    """
    return [Seeding(each, _action(each, record, found), found.get(each.name)) for each in defaults]


def _action(default: Default, record: Mapping[str, str], found: Mapping[str, bytes]) -> Action:
    if default.name not in found:
        return "deleted" if default.name in record else "seeded"
    digest = hashlib.sha256(found[default.name]).hexdigest()
    if digest == default.sha256:
        return "current"
    is_unmodified = digest == record.get(default.name) or digest in default.shipped
    return "upgraded" if is_unmodified else "kept"


def look_at(root: Path, defaults: list[Default] | None = None) -> list[Seeding]:
    """Return the actions of `seed` in the project at *root*, without writing."""
    chosen = shipped() if defaults is None else defaults
    folder = root / SCRIPTS_FOLDER
    found = {each.name: folder / each.name for each in chosen}
    contents = {name: _read(path, root) for name, path in found.items() if path.is_file()}
    return plan_seeding(chosen, read_record(root), contents)


def seed(root: Path, defaults: list[Default] | None = None, *, disk: Disk) -> list[Seeding]:
    """Copy missing scripts, upgrade unmodified ones; return the actions.

    Raises:
        OutputFailed: when a file cannot be written; what was done before is recorded.
    """
    done: list[Seeding] = []
    record = dict(read_record(root))
    with locked(root / LOCK, root=root):
        try:
            for seeding in look_at(root, defaults):
                done.append(_carry_out(root, seeding, disk))
                if done[-1].action in ("seeded", "upgraded", "current"):
                    record[seeding.default.name] = seeding.default.sha256
        finally:
            if record != read_record(root):
                _write_record(root, record, disk)
    return done


def _carry_out(root: Path, seeding: Seeding, disk: Disk) -> Seeding:
    target = root / seeding.path
    if seeding.action == "seeded":
        disk.write(target, seeding.default.content, root=root)
    if seeding.action == "upgraded":
        old = seeding.found or b""
        digest = hashlib.sha256(old).hexdigest()
        History(root, disk).keep(record_of(seeding.path, old.decode("utf-8"), digest), "upgraded")
        try:
            disk.write(target, seeding.default.content, root=root, instead_of=old)
        except FileChanged:
            return Seeding(seeding.default, "kept", _read(target, root))
    return seeding


def _read(path: Path, root: Path) -> bytes:
    try:
        return read_regular(path, root=root, most=MAX_SCRIPT_BYTES)[0]
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error


def read_record(root: Path) -> Mapping[str, str]:
    """Return the seeded files: name to the sha256 it had; empty where the record is missing or broken."""
    try:
        raw, _ = read_regular(root / SCRIPTS_FOLDER / SEEDED_FILE, root=root, most=MAX_SCRIPT_BYTES)
        value = decode_json(raw.decode("utf-8"))
    except (OSError, ValueError):
        return {}
    seeded = value.get("seeded") if isinstance(value, dict) else None
    return {str(key): str(each) for key, each in seeded.items()} if isinstance(seeded, dict) else {}


def _write_record(root: Path, record: Mapping[str, str], disk: Disk) -> None:
    text = json.dumps({"version": 1, "seeded": dict(sorted(record.items()))}, indent=2)
    disk.write(root / SCRIPTS_FOLDER / SEEDED_FILE, f"{text}\n".encode(), root=root)
