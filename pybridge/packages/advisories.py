"""Compare a lock with known vulnerabilities: advisories in the form of OSV, from a file of the user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from pybridge.errors import DocumentUnreadable
from pybridge.formats.json_text import decode_json
from pybridge.packages.entry import LockEntry
from pybridge.packages.sources import normalised
from pybridge.storage.regular_file import read_regular

MOST_BYTES = 256 * 1024 * 1024
_ECOSYSTEM = "PyPI"


@dataclass(frozen=True)
class Finding:
    """A package that an advisory is about."""

    package: str
    version: str
    advisory: str
    """Its id."""
    summary: str


class BadAdvisories(ValueError):
    """The file does not hold advisories."""


def read_advisories(path: Path) -> list[Mapping[str, Any]]:
    """Return the advisories in a file: one, a list, or `{"vulns": […]}`.

    Raises:
        DocumentUnreadable: there is no such file, or it cannot be read.
        BadAdvisories: it holds something else.
    """
    try:
        content, size = read_regular(path, root=None, most=MOST_BYTES + 1)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if size > MOST_BYTES:
        raise BadAdvisories(f"larger than {MOST_BYTES:,} bytes")
    try:
        value = decode_json(content.decode("utf-8"))
    except ValueError as error:
        raise BadAdvisories(f"not JSON: {error}") from error
    if isinstance(value, dict):
        value = value.get("vulns", [value])
    if not isinstance(value, list):
        raise BadAdvisories("not a list of advisories")
    for number, each in enumerate(value):
        if not isinstance(each, dict) or not isinstance(each.get("id"), str):
            raise BadAdvisories(f"entry {number} is not an advisory: it has no id")
    return value


def findings(
    advisories: list[Mapping[str, Any]], entries: Mapping[str, LockEntry]
) -> list[Finding]:
    """Return the packages that an advisory is about in the locked version, sorted.

    A range that cannot be read counts as one that the version is in. Withdrawn advisories do not count.
    """
    found = [
        Finding(name, entries[name].version, advisory["id"], _summary(advisory))
        for advisory in advisories
        if not advisory.get("withdrawn")
        for name in sorted(set(_affected(advisory, entries)))
    ]
    return sorted(found, key=lambda each: (each.package, each.advisory))


def _summary(advisory: Mapping[str, Any]) -> str:
    said = advisory.get("summary") or advisory.get("details") or ""
    return str(said).strip().partition("\n")[0][:200]


def _affected(advisory: Mapping[str, Any], entries: Mapping[str, LockEntry]) -> Iterator[str]:
    for affected in _objects(advisory.get("affected")):
        package = affected.get("package")
        if not isinstance(package, dict) or package.get("ecosystem") != _ECOSYSTEM:
            continue
        name = normalised(str(package.get("name")))
        if name in entries and _is_in(affected, Version(entries[name].version)):
            yield name


def _is_in(affected: Mapping[str, Any], version: Version) -> bool:
    listed = affected.get("versions")
    if isinstance(listed, list) and any(_version(each) == version for each in listed):
        return True
    ranges = [each for each in _objects(affected.get("ranges")) if each.get("type") != "GIT"]
    return any(_is_in_range(each, version) for each in ranges)


def _is_in_range(each: Mapping[str, Any], version: Version) -> bool:
    """Whether a version is in a range: its events switch on and off what follows."""
    events: list[tuple[Version, int, bool]] = []
    for event in _objects(each.get("events")):
        for kind, limit in event.items():
            at = _version("0.dev0" if limit == "0" else limit)
            if at is None:
                return True
            order, begins = {"introduced": (0, True), "last_affected": (2, False)}.get(
                kind, (1, False)
            )
            events.append((at, order, begins))
    is_in = False
    for at, order, begins in sorted(events):
        if at < version or (at == version and order < 2):
            is_in = begins
    return is_in


def _version(text: object) -> Version | None:
    try:
        return Version(text) if isinstance(text, str) else None
    except InvalidVersion:
        return None


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
