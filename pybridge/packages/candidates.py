"""A wheel as a candidate for a lock: its entry, what it requires, its licence, in all sandboxes together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from packaging.metadata import RawMetadata, parse_email
from packaging.requirements import Requirement
from packaging.utils import (
    InvalidWheelFilename,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from pybridge.packages.archives import read_archive
from pybridge.packages.entry import LockEntry
from pybridge.packages.errors import WheelRefused
from pybridge.packages.lock_entries import lock_entry
from pybridge.packages.requirements import needed_requirements
from pybridge.packages.sandbox import Sandbox

_LONGEST_LICENCE = 200
"""Characters: some packages put the whole text into the field."""
_CLASSIFIER = "License :: "


@dataclass(frozen=True)
class Candidate:
    """One wheel with some of its extras."""

    name: str
    version: Version
    entry: LockEntry
    requires: tuple[Requirement, ...]
    extras: frozenset[str]
    licence: str
    """As its metadata say; empty where they say nothing."""


def version_of(file_name: str, name: str) -> Version | None:
    """Return the version in the file name of a wheel of the package *name*; None if it is not such a name."""
    try:
        found, version, _, _ = parse_wheel_filename(file_name)
    except (InvalidWheelFilename, InvalidVersion):
        return None
    return version if found == name else None


def is_native(file_name: str) -> bool:
    """Whether the tags of a wheel, whose name is valid, are all for compiled code."""
    tags = parse_wheel_filename(file_name)[3]
    return all(tag.abi != "none" or tag.platform != "any" for tag in tags)


def candidate(
    file_name: str, content: bytes, sandboxes: Sequence[Sandbox], extras: Collection[str]
) -> Candidate:
    """Return a wheel as a candidate: it works in each of the sandboxes, and requires what one of them needs.

    Raises:
        WheelRefused: it cannot be read, or does not work in one of them; the message names its engine.
    """
    entries = [_entry(file_name, content, sandbox, extras) for sandbox in sandboxes]
    metadata, _ = parse_email(read_archive(content).metadata)
    texts = metadata.get("requires_dist", [])
    name = entries[0].name
    found = {
        str(each): each
        for sandbox in sandboxes
        for each in needed_requirements(name, texts, sandbox, extras)
        if canonicalize_name(each.name) != name
    }
    depends = tuple(sorted({each for entry in entries for each in entry.depends}))
    return Candidate(
        name,
        Version(entries[0].version),
        replace(entries[0], depends=depends),
        tuple(found[text] for text in sorted(found)),
        frozenset(extras),
        _licence(metadata),
    )


def _entry(file_name: str, content: bytes, sandbox: Sandbox, extras: Collection[str]) -> LockEntry:
    try:
        return lock_entry(file_name, content, sandbox, extras)
    except WheelRefused as refused:
        engine = f"the engine {sandbox.engine} (Python {sandbox.python})"
        raise WheelRefused(file_name, f"{refused.problem}, so {engine} cannot load it") from refused


def _licence(metadata: RawMetadata) -> str:
    said = metadata.get("license_expression") or metadata.get("license") or ""
    line = said.strip().splitlines()[0].strip() if said.strip() else ""
    if line and len(said) <= _LONGEST_LICENCE:
        return line
    named = [each for each in metadata.get("classifiers", []) if each.startswith(_CLASSIFIER)]
    return (
        "; ".join(sorted(each.rpartition(" :: ")[2] for each in named)) or line[:_LONGEST_LICENCE]
    )
