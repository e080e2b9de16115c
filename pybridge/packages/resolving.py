"""Choose one version of each package that is wanted, and of what these require."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, Resolver
from resolvelib.resolvers import ResolutionTooDeep

from pybridge.packages.candidates import Candidate, candidate, is_native, version_of
from pybridge.packages.errors import NoVersionFits, PackageRefused, WheelRefused
from pybridge.packages.sandbox import Sandbox
from pybridge.packages.sources import Source, SourceFile

MOST_ROUNDS = 5_000
MOST_PACKAGES = 500


def resolve(
    requirements: Sequence[str], source: Source, sandboxes: Sequence[Sandbox]
) -> tuple[Candidate, ...]:
    """Return a wheel for each package, sorted by name: the newest that fit together, pure Python.

    Args:
        requirements: As in pybridge.toml.
        source: Has the wheels.
        sandboxes: In each of which the wheels have to work.

    Raises:
        NoVersionFits: the requirements contradict each other, or the source has no such version.
        PackageRefused: no wheel of a package can be used.
        SourceFailed: the source does not answer.
    """
    wheels = _Wheels(source, sandboxes)
    provider = _Provider(wheels)
    resolver: Resolver[Requirement, Candidate, str] = Resolver(provider, BaseReporter())
    try:
        wanted = [Requirement(each) for each in requirements]
        found = resolver.resolve(wanted, max_rounds=MOST_ROUNDS).mapping
    except InvalidRequirement as error:
        raise NoVersionFits(str(error), requirements, ()) from error
    except ResolutionImpossible as error:
        raise _explained(error.causes, wheels) from error
    except ResolutionTooDeep as error:
        raise NoVersionFits("the packages", requirements, ()) from error
    if len(found) > MOST_PACKAGES:
        raise NoVersionFits(f"more than {MOST_PACKAGES} packages", requirements, ())
    return tuple(found[name] for name in sorted(found))


def _explained(causes: Iterable[Any], wheels: _Wheels) -> NoVersionFits | PackageRefused:
    """Return the error for requirements that nothing meets: resolvelib names those of one package."""
    listed = list(causes)
    name = canonicalize_name(listed[0].requirement.name)
    own = [each for each in listed if canonicalize_name(each.requirement.name) == name]
    specifier = [each.requirement.specifier for each in own]
    fitting = [
        version
        for version in wheels.versions(name)
        if all(each.contains(version, prereleases=True) for each in specifier)
    ]
    problems = wheels.problems(name, fitting)
    if fitting and problems:
        return PackageRefused(name, problems)
    said = [_said(each.requirement, each.parent) for each in own]
    return NoVersionFits(name, said, [str(each) for each in wheels.versions(name)])


def _said(requirement: Requirement, parent: Candidate | None) -> str:
    words = "pybridge.toml" if parent is None else f"{parent.name} {parent.version}"
    return f"{str(requirement)!r} ({words})"


class _Wheels:
    """The wheels of a source, each read once."""

    def __init__(self, source: Source, sandboxes: Sequence[Sandbox]) -> None:
        self._source = source
        self._sandboxes = sandboxes
        self._listed: dict[str, dict[Version, list[SourceFile]]] = {}
        self._contents: dict[str, bytes] = {}
        self._read: dict[tuple[str, frozenset[str]], Candidate | str] = {}

    def versions(self, name: str) -> list[Version]:
        """Return the versions of a package, newest first."""
        return sorted(self._files(name), reverse=True)

    def read(self, name: str, version: Version, extras: frozenset[str]) -> Candidate | None:
        """Return a version as a candidate, the first of its wheels that can be used."""
        for file in self._files(name)[version]:
            found = self._candidate(file, extras)
            if isinstance(found, Candidate):
                return found
        return None

    def problems(self, name: str, versions: Sequence[Version]) -> list[str]:
        """Return what is wrong with the wheels of these versions that were looked at."""
        files = [file.file_name for each in versions for file in self._files(name)[each]]
        said = [self._read.get((file, frozenset())) for file in files]
        others = [found for (file, _), found in self._read.items() if file in files]
        return list(dict.fromkeys(each for each in (*said, *others) if isinstance(each, str)))

    def _files(self, name: str) -> dict[Version, list[SourceFile]]:
        if name not in self._listed:
            found: dict[Version, list[SourceFile]] = {}
            for file in self._source.files(name):
                version = version_of(file.file_name, name)
                if version is not None:
                    found.setdefault(version, []).append(file)
            self._listed[name] = found
        return self._listed[name]

    def _candidate(self, file: SourceFile, extras: frozenset[str]) -> Candidate | str:
        key = file.file_name, extras
        if key not in self._read:
            self._read[key] = self._try(file, extras)
        return self._read[key]

    def _try(self, file: SourceFile, extras: frozenset[str]) -> Candidate | str:
        if is_native(file.file_name):  # and need not be fetched
            engines = " and ".join(each.engine for each in self._sandboxes)
            return f"{file.file_name} has native code, which the engines {engines} cannot load"
        if file.place not in self._contents:
            self._contents[file.place] = self._source.content(file)
        try:
            return candidate(file.file_name, self._contents[file.place], self._sandboxes, extras)
        except WheelRefused as refused:
            return f"{file.file_name}: {refused.problem}"


class _Provider(AbstractProvider[Requirement, Candidate, str]):
    """Answers resolvelib's questions."""

    def __init__(self, wheels: _Wheels) -> None:
        self._wheels = wheels

    def identify(self, requirement_or_candidate: Requirement | Candidate) -> str:
        """Return the name of a package."""
        return canonicalize_name(requirement_or_candidate.name)

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Candidate],
        candidates: Mapping[str, Iterator[Candidate]],
        information: Mapping[str, Iterator[Any]],
        backtrack_causes: Sequence[Any],
    ) -> tuple[bool, str]:
        """Choose what caused a conflict first, then by name: the same order every time."""
        causes = {self.identify(each.requirement) for each in backtrack_causes}
        return identifier not in causes, identifier

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Requirement]],
        incompatibilities: Mapping[str, Iterator[Candidate]],
    ) -> Iterator[Candidate]:
        """Yield the versions that fit, newest first; those before a release only where nothing else does."""
        wanted = list(requirements[identifier])
        refused = {each.version for each in incompatibilities[identifier]}
        extras = frozenset(canonicalize_name(x) for each in wanted for x in each.extras)
        versions: Iterable[Version] = self._wheels.versions(identifier)
        for requirement in wanted:
            versions = list(requirement.specifier.filter(versions))
        for version in versions:
            found = None if version in refused else self._wheels.read(identifier, version, extras)
            if found is not None:
                yield found

    def is_satisfied_by(self, requirement: Requirement, candidate: Candidate) -> bool:
        """Whether a candidate meets a requirement, with its extras."""
        extras = {canonicalize_name(each) for each in requirement.extras}
        return extras <= candidate.extras and requirement.specifier.contains(
            candidate.version, prereleases=True
        )

    def get_dependencies(self, candidate: Candidate) -> Iterable[Requirement]:
        """Return what a candidate requires."""
        return candidate.requires
