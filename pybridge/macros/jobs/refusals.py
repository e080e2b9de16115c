"""Requests that are not served."""

from __future__ import annotations

from pybridge.macros.jobs.calls import too_large
from pybridge.macros.values.problems import problem
from pybridge.macros.values.shapes import check_shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pybridge.macros.values.limits import Limits

    Json = dict[str, Any]


class Refused(Exception):
    """A request is not served; carries its error.v1."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["message"])
        self.error = error


def refuse(code: str, message: str, **fields: Any) -> Refused:
    """Return the exception for a request that is not served."""
    return Refused(problem(code, message, **fields))


def refuse_batch(items: Sequence[Any], limits: Limits) -> None:
    """Return if a batch is small enough.

    Raises:
        Refused: It has too many items.
    """
    if len(items) > limits.batch_items:
        message = f"the batch has {len(items)} items, more than {limits.batch_items}"
        raise refuse("input-limit", message, hint="send it in several batches")


def refuse_large(value: Any, limits: Limits, what: str) -> None:
    """Return if *value* is within the limits.

    Raises:
        Refused: It is too large, or nested too deeply.
    """
    error = too_large(value, limits, what)
    if error:
        raise Refused(error)


def refuse_shared(shared: Json, limits: Limits, *, is_large: bool) -> None:
    """Return if the values that the items of a batch share are valid.

    Raises:
        Refused: They are not, or are over the limits; measured only where *is_large*.
    """
    error = check_shared(shared)
    if error:
        raise Refused(error)
    if is_large:
        refuse_large(shared, limits, "shared data")
