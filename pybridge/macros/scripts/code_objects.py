"""The code objects of a module: its own, and those of the functions and classes in it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

_Code = type((lambda: None).__code__)


def nested_codes(code: CodeType | None) -> Iterator[CodeType]:
    """Yield *code* and every code object in it, at any depth; nothing for None."""
    pending = [] if code is None else [code]
    while pending:
        each = pending.pop()
        yield each
        pending += [value for value in each.co_consts if type(value) is _Code]
