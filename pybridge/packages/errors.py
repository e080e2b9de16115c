"""What is wrong with a package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybridge.errors import PybridgeError


@dataclass(eq=False)
class WheelRefused(PybridgeError):
    """A wheel cannot be read, or does not work in the sandbox."""

    file_name: str
    problem: str
    code = "schema"
    hint = "take a wheel that is pure Python (…-py3-none-any.whl), as its index has it"

    def what(self) -> str:
        """Name the wheel and its problem."""
        return f"wheel {self.file_name!r} refused: {self.problem}"


@dataclass(eq=False)
class PackageRefused(PybridgeError):
    """There is no wheel of a package that the sandboxes can use."""

    name: str
    problems: Sequence[str]
    """One for each wheel that was looked at."""
    code = "unavailable"
    hint = "ask for other versions, or for a package that is pure Python"

    def what(self) -> str:
        """Name the package and the reasons, at most three."""
        more = f" and {len(self.problems) - 3} more" if len(self.problems) > 3 else ""
        return f"no wheel of {self.name!r} can be used: {'; '.join(self.problems[:3])}{more}"


@dataclass(eq=False)
class NoVersionFits(PybridgeError):
    """Requirements on one package contradict each other, or its source does not have such a version."""

    name: str
    requirements: Sequence[str]
    """Each with who requires it."""
    available: Sequence[str]
    """Versions, newest first."""
    code = "conflict"
    hint = "change the versions in [packages] of pybridge.toml"

    def what(self) -> str:
        """Name the requirements and what there is."""
        asked = ", ".join(self.requirements)
        there = f"there are {', '.join(self.available[:5])}" if self.available else "there is none"
        return f"no version of {self.name!r} fits {asked}: {there}"


@dataclass(eq=False)
class SourceFailed(PybridgeError):
    """A package index or a folder of wheels cannot be read."""

    place: str
    problem: str
    code = "unavailable"
    hint = "check the address of --index or the folder of --find-links"

    def what(self) -> str:
        """Name the place and the problem."""
        return f"{self.place}: {self.problem}"


@dataclass(eq=False)
class LockInvalid(PybridgeError):
    """pybridge.lock is missing, invalid, or is not what pybridge.toml asks for."""

    problem: str
    hint = "run `pybridge packages lock`"
    code = "conflict"

    def what(self) -> str:
        """Name the problem."""
        return f"pybridge.lock: {self.problem}"


class Unusable(Exception):
    """The problem of a wheel, where its file name is not known."""
