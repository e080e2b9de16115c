"""Plan the update of the index from its states and the disk's, without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pybridge.project.paths import folded


class FileState(NamedTuple):
    """A file as the disk has it or the index remembers it."""

    path: str
    fingerprint: str
    """The content's sha256; of a file that is not text, its error."""
    id: str = ""
    """Empty for files that are not scripts."""
    slug: str = ""
    enabled: bool = True


class Move(NamedTuple):
    """A script that is at another place now."""

    old: FileState
    new: FileState


@dataclass(frozen=True)
class Clash:
    """Several scripts that claim one name."""

    kind: Literal["id", "slug", "path"]
    """`path`: names that differ only in case or Unicode form, one file on many systems."""
    value: str
    paths: tuple[str, ...]
    """The winner first: the enabled one, then the first path."""

    def to_json(self) -> dict[str, object]:
        """Return the clash as the reports have it."""
        return {"kind": self.kind, "value": self.value, "paths": list(self.paths)}


@dataclass(frozen=True)
class Plan:
    """What differs between disk and index."""

    added: tuple[FileState, ...] = ()
    changed: tuple[Move, ...] = ()
    """Same path, other content."""
    moved: tuple[Move, ...] = ()
    """Other path, same id or same content."""
    removed: tuple[FileState, ...] = ()
    conflicting: tuple[Clash, ...] = ()
    """Among the files on the disk."""

    @property
    def is_empty(self) -> bool:
        """Whether the index is up to date."""
        return not (self.added or self.changed or self.moved or self.removed)


def diff(disk: Mapping[str, FileState], index: Mapping[str, FileState]) -> Plan:
    """Plan the update of the index; both map paths to states.

    Files that are the same on both sides matter for the conflicts only.
    """
    added = {path: disk[path] for path in sorted(disk.keys() - index.keys())}
    removed = {path: index[path] for path in sorted(index.keys() - disk.keys())}
    moved = tuple(_moves(added, removed)) if added and removed else ()
    for move in moved:
        del added[move.new.path], removed[move.old.path]
    changed = [
        Move(index[path], state)
        for path, state in disk.items()
        if path in index and index[path].fingerprint != state.fingerprint
    ]
    return Plan(
        tuple(added.values()),
        tuple(sorted(changed)),
        moved,
        tuple(removed.values()),
        tuple(clashes(disk.values())),
    )


def _moves(added: Mapping[str, FileState], removed: Mapping[str, FileState]) -> list[Move]:
    """Pair removed and added scripts: by id, then by content; each only once."""
    left = {path: state for path, state in removed.items() if state.id}
    moves: dict[str, Move] = {}
    for key in ("id", "fingerprint"):
        known: dict[str, FileState] = {}
        for state in left.values():
            known.setdefault(getattr(state, key), state)
        for path, state in added.items():
            old = known.pop(getattr(state, key), None) if path not in moves and state.id else None
            if old is not None:
                moves[path] = Move(old, state)
                del left[old.path]
    return [moves[path] for path in sorted(moves)]


def clashes(states: Iterable[FileState]) -> list[Clash]:
    """Return every id, slug and path that several scripts claim."""
    scripts = [state for state in states if state.id]
    found: list[Clash] = []
    if len({state.id for state in scripts}) < len(scripts):
        found += _group("id", scripts, [state.id for state in scripts])
    slugs = [slug_key(state.slug) for state in scripts]
    if len(set(slugs)) < len(slugs):
        found += _group("slug", scripts, slugs)
    folded = [path_key(state.path) for state in scripts]
    if len(set(folded)) < len(folded):
        found += _group("path", scripts, folded)
    return found


def _group(
    kind: Literal["id", "slug", "path"], scripts: list[FileState], keys: list[str]
) -> list[Clash]:
    groups: dict[str, list[FileState]] = {}
    for key, state in zip(keys, scripts, strict=True):
        groups.setdefault(key, []).append(state)
    return [
        Clash(kind, value, tuple(state.path for state in sorted(group, key=precedence)))
        for value, group in sorted(groups.items())
        if len(group) > 1
    ]


def precedence(state: FileState) -> tuple[bool, str]:
    """Sort as the engine does: enabled scripts first, then by path."""
    return not state.enabled, state.path


def slug_key(slug: str) -> str:
    """Return a key that is equal for slugs that name the same macro."""
    return slug.lower()


def path_key(path: str) -> str:
    """Return a key that is equal for paths that are one file where case or Unicode form fold."""
    return folded(path)
