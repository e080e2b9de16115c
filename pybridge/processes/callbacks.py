"""Code of the caller that a run calls: what it raises ends the run, and is raised again where the caller waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Argument = TypeVar("_Argument")


class CallerFailed(Exception):
    """Code of the caller raised an error, which is not one of the process."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def guarded(call: Callable[[_Argument], None]) -> Callable[[_Argument], None]:
    """Return *call* so that what it raises is `CallerFailed`."""

    def guard(argument: _Argument) -> None:
        try:
            call(argument)
        except Exception as error:
            raise CallerFailed(error) from error

    return guard
