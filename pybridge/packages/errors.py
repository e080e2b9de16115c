"""What is wrong with a package."""

from __future__ import annotations

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


class Unusable(Exception):
    """The problem of a wheel, where its file name is not known."""
