"""The packages that a project's scripts may import: lock, change, list, explain and check them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge.commands.packages import sandboxes
from pybridge.commands.projects.package_reports import chains_to, report_of
from pybridge.errors import PackageMissing, ProjectInvalid, PybridgeError, UsageError
from pybridge.project.discover import (
    SETTINGS_BOUNDS,
    SETTINGS_FILE,
    Project,
    read_settings,
    settings_text,
)
from pybridge.project.package_edits import NotEdited, with_requirements
from pybridge.project.packages import BadPackages, WantedPackages, name_in
from pybridge.storage.atomic import write_atomically

if TYPE_CHECKING:  # the extra may not be installed
    from pybridge.packages.lock_file import Lock
    from pybridge.packages.sources import Source

_EXTRA = "pip install 'pybridge-runtime[packages]'"


@dataclass(frozen=True)
class Place:
    """Where wheels are looked for; at most one of the two."""

    index: str | None = None
    """Address; None for that in pybridge.toml."""
    folder: Path | None = None


def require_extra() -> None:
    """Return if what these commands need is installed.

    Raises:
        PackageMissing: it is not.
    """
    for name in ("packaging", "resolvelib"):
        if importlib.util.find_spec(name) is None:
            raise PackageMissing(name, _EXTRA)


def lock(project: Project, place: Place) -> dict[str, Any]:
    """Make pybridge.lock for what pybridge.toml asks for; return cli-packages.v1.

    Raises:
        PackageMissing: the extra `packages` is not installed.
        PybridgeError: see `locking.locked`; the file stays as it was then.
    """
    require_extra()
    made = _locked(project.settings.packages, place)
    _write(project, made)
    return report_of(made)


def add(project: Project, requirement: str, domain: str | None, place: Place) -> dict[str, Any]:
    """Ask for a package, instead of other versions of it, and lock; nothing is changed where that fails.

    Raises:
        UsageError: it is not a requirement.
        ProjectInvalid: pybridge.toml has a form that is not changed here.
        PybridgeError: see `lock`.
    """
    name = _name(requirement)
    asked = [each for each in _asked(project, domain) if name_in(each) != name]
    return _change(project, sorted([*asked, requirement], key=name_in), domain, place)


def remove(project: Project, name: str, domain: str | None, place: Place) -> dict[str, Any]:
    """Ask for a package no longer, and lock.

    Raises:
        UsageError: it is not asked for.
        PybridgeError: as `add`.
    """
    wanted = _name(name)
    asked = _asked(project, domain)
    left = [each for each in asked if name_in(each) != wanted]
    if left == asked:
        known = ", ".join(map(name_in, asked)) or "none"
        raise UsageError(f"{wanted} is not asked for there", f"asked for: {known}")
    return _change(project, left, domain, place)


def listed(project: Project) -> dict[str, Any]:
    """Return the packages in the lock as cli-packages.v1.

    Raises:
        LockInvalid: there is no valid lock.
    """
    return report_of(read(project))


def why(project: Project, name: str) -> dict[str, Any]:
    """Return one package as cli-packages.v1, with the chains of requirements that lead to it.

    Raises:
        LockInvalid: there is no valid lock.
        UsageError: the package is not in it.
    """
    found, wanted = read(project), _name(name)
    if wanted not in found.entries:
        raise UsageError(f"{wanted} is not in pybridge.lock", "see `pybridge packages list`")
    report = report_of(found)
    [one] = [each for each in report["packages"] if each["name"] == wanted]
    chains = [list(each) for each in chains_to(found, wanted)]
    return {**report, "packages": [{**one, "chains": chains}]}


def check(project: Project, advisories: Path | None) -> dict[str, Any]:
    """Return cli-packages-check.v1: whether lock, settings and wheels agree, and what advisories say.

    Raises:
        UsageError: the file of advisories is not one.
        PybridgeError: it cannot be read.
    """
    problems = [*_lock_problems(project)]
    if advisories is not None and not any(each["kind"] == "lock" for each in problems):
        problems += _vulnerabilities(read(project), advisories)
    return {"ok": not problems, "problems": problems}


def read(project: Project) -> Lock:
    """Return the project's lock.

    Raises:
        LockInvalid: there is none, or it is invalid.
    """
    from pybridge.packages.errors import LockInvalid
    from pybridge.packages.lock_file import read_lock

    found = read_lock(project.root)
    if found is None:
        raise LockInvalid("there is no such file")
    return found


def _name(requirement: str) -> str:
    try:
        return name_in(requirement)
    except BadPackages as error:
        raise UsageError(str(error)) from error


def _asked(project: Project, domain: str | None) -> list[str]:
    wanted = project.settings.packages
    return list(wanted.requires if domain is None else wanted.domains.get(domain, ()))


def _change(
    project: Project, requirements: Sequence[str], domain: str | None, place: Place
) -> dict[str, Any]:
    require_extra()
    path = project.root / SETTINGS_FILE
    before = settings_text(project.root)
    try:
        text = with_requirements(before, requirements, domain, SETTINGS_BOUNDS)
    except NotEdited as error:
        raise ProjectInvalid(path, str(error)) from error
    made = _locked(_wanted(project, requirements, domain), place)
    write_atomically(path, text.encode("utf-8"), root=project.root)
    _write(Project(project.root, read_settings(project.root)), made)
    return report_of(made)


def _wanted(project: Project, requirements: Sequence[str], domain: str | None) -> WantedPackages:
    now = project.settings.packages
    if domain is None:
        return WantedPackages(tuple(requirements), now.domains, now.index)
    return WantedPackages(now.requires, {**now.domains, domain: tuple(requirements)}, now.index)


def _locked(wanted: WantedPackages, place: Place) -> Lock:
    from pybridge.packages.locking import locked

    return locked(wanted, _source(wanted, place), sandboxes())


def _source(wanted: WantedPackages, place: Place) -> Source:
    from pybridge.packages.sources import Folder, Index

    if place.folder is not None:
        if place.index is not None:
            raise UsageError("--index and --find-links exclude each other")
        return Folder(place.folder)
    index = place.index or wanted.index
    if index is None:
        hint = "name one with --index URL or `index` in [packages], or a folder with --find-links"
        raise UsageError("no package index is named", hint)
    return Index(index)


def _write(project: Project, made: Lock) -> None:
    from pybridge.packages.lock_file import LOCK_FILE

    write_atomically(project.root / LOCK_FILE, made.to_text().encode("utf-8"), root=project.root)


def _lock_problems(project: Project) -> Iterator[dict[str, str]]:
    from pybridge.packages.errors import LockInvalid

    try:
        found = read(project)
    except LockInvalid as error:
        yield {"kind": "lock", "message": str(error)}
        return
    for problem in _stale(found, project):
        yield {"kind": "stale", "message": str(problem)}


def _stale(found: Lock, project: Project) -> Iterator[PybridgeError]:
    """Yield how a lock differs from settings, sandboxes and wheels."""
    from pybridge.packages import wheels
    from pybridge.packages.errors import LockInvalid

    def problem(require: Callable[..., object], *arguments: object) -> Iterator[PybridgeError]:
        try:
            require(*arguments)
        except LockInvalid as error:
            yield error

    yield from problem(found.require_current, project.settings.packages)
    yield from problem(found.require_sandboxes, sandboxes())
    for entry in found.entries.values():
        yield from problem(wheels.locked, entry.file_name, entry.sha256)


def _vulnerabilities(found: Lock, path: Path) -> list[dict[str, str]]:
    require_extra()
    from pybridge.packages.advisories import BadAdvisories, findings, read_advisories

    try:
        known: list[Mapping[str, Any]] = read_advisories(path)
    except BadAdvisories as error:
        raise UsageError(
            f"{path}: {error}", "name a file of advisories in the form of OSV"
        ) from error
    return [
        {
            "kind": "advisory",
            "message": f"{each.package} {each.version}: {each.advisory}"
            + (f": {each.summary}" if each.summary else ""),
        }
        for each in findings(known, found.entries)
    ]
