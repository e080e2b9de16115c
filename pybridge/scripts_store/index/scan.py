"""Scan a project's files; read only those that may differ from the index."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pybridge.errors import DocumentUnreadable, InputTooLarge, PybridgeError
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.project.text import decode_text
from pybridge.project.tree import (
    MAX_SCRIPT_BYTES,
    ScriptTooLarge,
    Tree,
    document_problem,
    document_rule,
    walk,
)
from pybridge.scripts_store.index.plan import FileState
from pybridge.scripts_store.index.records import Record, record_of
from pybridge.scripts_store.workspace import Workspace

Stamp = tuple[int, int, int, int]
"""Size, mtime, ctime (nanoseconds) and inode of a file when it was read."""

_GRAIN_NS = 2_000_000_000  # FAT's; a file that changed within it may change again unnoticed
_MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
_INODE_BITS = 2**63 - 1


@dataclass
class Scan:
    """The files on the disk, as far as they had to be read."""

    same: set[str] = field(default_factory=set)
    """Files that are certain to be as in the index: not read."""
    states: dict[str, FileState] = field(default_factory=dict)
    """The state of every file that was read."""
    stamps: dict[str, Stamp] = field(default_factory=dict)
    """Stamps of files that were read and need not be read the next time."""
    records: dict[str, Record] = field(default_factory=dict)
    uses: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """How often each document that was read uses each macro."""
    problems: dict[str, PybridgeError] = field(default_factory=dict)
    """Files that look like scripts and are not; these paths are in `states` too."""
    refused: list[PybridgeError] = field(default_factory=list)
    """Documents that are links out of the project, pipes and the like."""
    leftovers: list[str] = field(default_factory=list)


def scan(workspace: Workspace, stamps: Mapping[str, Stamp]) -> Scan:
    """Return the files on the disk; those whose stamps are equal to the index's are not read."""
    workspace.disk.step("walk")
    tree = walk(workspace.root, document_rule(workspace.settings))
    found = Scan(leftovers=tree.leftovers)
    for files in (tree.scripts, tree.documents):
        for path in _unknown(files, stamps, found):
            if files is tree.scripts:
                _read_script(path, tree, found, workspace)
            else:
                _read_document(path, tree, found, workspace)
    for path, problem in {**tree.problems, **found.problems}.items():
        found.problems[path] = problem
        found.states[path] = FileState(path, json.dumps(problem.to_json(), sort_keys=True))
    return found


def _unknown(files: Mapping[str, str], stamps: Mapping[str, Stamp], found: Scan) -> list[str]:
    unknown: list[str] = []
    known, stat = stamps.get, os.stat
    for path, whole in files.items():
        try:
            status = stat(whole)  # not DirEntry.stat: it would keep 10,000 results alive
        except OSError:  # gone, or a dangling link: reading it reports that
            unknown.append(path)
            continue
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        if known(path) != stamp:
            unknown.append(path)
    found.same.update(files)
    found.same.difference_update(unknown)
    return sorted(unknown)


def stamp_of(file: str, read_ns: int) -> Stamp | None:
    """Return the stamp of a file that is read at *read_ns*; None where it could change unnoticed.

    A change within the clock's grain after the reading leaves the times as they were: git's
    "racily clean" entries.
    """
    try:
        status = Path(file).stat()
    except OSError:
        return None
    if max(status.st_mtime_ns, status.st_ctime_ns) + _GRAIN_NS > read_ns:
        return None
    inode = status.st_ino if status.st_ino <= _INODE_BITS else 0
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, inode


def _read_script(path: str, tree: Tree, found: Scan, workspace: Workspace) -> None:
    disk = workspace.disk
    stamp = stamp_of(tree.scripts[path], disk.now_ns())
    try:
        raw = disk.read(
            workspace.root / path, root=workspace.root, limit=MAX_SCRIPT_BYTES, name=path
        )
        decode_text(raw, Path(path))
    except InputTooLarge as error:
        found.problems[path] = ScriptTooLarge(path, error.size, error.limit)
        return
    except PybridgeError as error:
        if _is_gone(error):
            return
        found.problems[path] = error
        return
    digest = hashlib.sha256(raw).hexdigest()
    record = record_of(path, raw.decode("utf-8"), digest, workspace.reader)
    found.records[path] = record
    found.states[path] = state_of(record)
    if stamp is not None:
        found.stamps[path] = stamp


def _read_document(path: str, tree: Tree, found: Scan, workspace: Workspace) -> None:
    disk = workspace.disk
    stamp = stamp_of(tree.documents[path], disk.now_ns())
    try:
        raw = disk.read(
            workspace.root / path, root=workspace.root, limit=_MAX_DOCUMENT_BYTES, name=path
        )
        text = decode_text(raw, Path(path))
    except PybridgeError as error:
        refusal = document_problem(path, Path(tree.documents[path]), workspace.root)
        if refusal is not None:
            found.refused.append(refusal)
        if not _is_gone(error):  # rendering it reports the error
            found.states[path] = FileState(path, f"unreadable: {error.code}")
            found.uses[path] = {}
        return
    found.states[path] = FileState(path, hashlib.sha256(raw).hexdigest())
    found.uses[path] = macro_uses(text)
    if stamp is not None:
        found.stamps[path] = stamp


def macro_uses(text: str) -> Mapping[str, int]:
    """Count the macro tokens of a document by name, lower-cased."""
    tokens = find_tokens(text, markdown=True)
    return Counter(token.name.lower() for token in tokens if not token.is_closing)


def state_of(record: Record) -> FileState:
    """Return the state of a record."""
    enabled = bool(record.info["enabled"])
    return FileState(record.path, record.sha256, record.id, record.slug, enabled)


def _is_gone(error: PybridgeError) -> bool:
    return isinstance(error, DocumentUnreadable) and error.reason == "missing"
