"""Which other packages a wheel needs in the sandbox."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pybridge.packages.errors import Unusable
from pybridge.packages.sandbox import Sandbox

MOST_REQUIREMENTS = 2_000
MOST_EXTRAS = 50
"""That are wanted: the markers of all requirements are evaluated for each."""
MOST_CHARACTERS = 4_096
"""Of one requirement."""
MOST_CHARACTERS_TOGETHER = 200_000
MOST_BRACKETS = 50
"""Of one requirement: its parser calls itself for each."""


def needed(
    own_name: str, texts: Sequence[str], sandbox: Sandbox, extras: Collection[str]
) -> tuple[str, ...]:
    """Return the normalised names of the packages that a package requires in the sandbox, sorted.

    See `needed_requirements`.
    """
    found = needed_requirements(own_name, texts, sandbox, extras)
    return tuple(sorted({_name(each) for each in found} - {own_name}))


def needed_requirements(
    own_name: str, texts: Sequence[str], sandbox: Sandbox, extras: Collection[str]
) -> list[Requirement]:
    """Return what a package requires in the sandbox, with versions and extras.

    Args:
        own_name: The package's, normalised; an extra that names other extras of its own package requires it.
        texts: Its `Requires-Dist`.
        sandbox: Whose markers hold.
        extras: Which of its extras are wanted.

    Raises:
        Unusable: A requirement is invalid, beyond the bounds, or names an address instead of a version.
    """
    if len(texts) > MOST_REQUIREMENTS or sum(map(len, texts)) > MOST_CHARACTERS_TOGETHER:
        raise Unusable(f"more than {MOST_REQUIREMENTS:,} requirements, or too long ones")
    requirements = [_parsed(text) for text in texts]
    wanted = ["", *dict.fromkeys(canonicalize_name(extra) for extra in extras)]
    found: list[Requirement] = []
    for extra in wanted:  # grows
        if len(wanted) > MOST_EXTRAS:
            raise Unusable(f"more than {MOST_EXTRAS:,} extras")
        for requirement in requirements:
            if _holds(requirement, sandbox, extra):
                _name(requirement)
                found.append(requirement)
                more = _own_extras(own_name, requirement)
                wanted += [each for each in more if each not in wanted]
    return found


def _parsed(text: str) -> Requirement:
    if len(text) > MOST_CHARACTERS or text.count("(") > MOST_BRACKETS:
        raise Unusable(f"a requirement that is too long: {text[:60]!r}…")
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise Unusable(f"invalid requirement {text!r}") from error


def _holds(requirement: Requirement, sandbox: Sandbox, extra: str) -> bool:
    if requirement.marker is None:
        return True
    try:
        return requirement.marker.evaluate({**sandbox.markers(), "extra": extra})
    except (UndefinedComparison, UndefinedEnvironmentName) as error:
        raise Unusable(f"the marker of {str(requirement)!r} has no value: {error}") from error


def _own_extras(own_name: str, requirement: Requirement) -> Iterator[str]:
    if canonicalize_name(requirement.name) == own_name:
        yield from dict.fromkeys(canonicalize_name(extra) for extra in requirement.extras)


def _name(requirement: Requirement) -> str:
    if requirement.url is not None:
        raise Unusable(f"it requires {requirement.name} from an address: {requirement.url}")
    return canonicalize_name(requirement.name)
