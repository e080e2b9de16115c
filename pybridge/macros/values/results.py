"""What a macro may return: result.v1, as strict JSON, within limits.

Everything is copied into JSON's own types on the way, without recursion and with a bound on the
work, so that no object of a script is left in what goes out.
"""

from __future__ import annotations

from pybridge.macros.values.problems import did_you_mean, pointer, shown, tidy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from pybridge.macros.values.limits import Limits

    Path = tuple["Path", str | int] | None

_KINDS = ("html", "markdown", "text")
_KEYS = (*_KINDS, "data", "warnings")
_LARGEST_INTEGER = 2**53 - 1
_INFINITE = float("inf")
_EXAMPLE = 'return a dict such as {"html": "…"}'


class BadResult(Exception):
    """A result that cannot be used; becomes an error.v1."""

    def __init__(
        self, code: str, message: str, where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.pointer = where
        self.hint = hint


def plain_html(value: object, limits: Limits) -> str | None:
    """Return the html of a result that is good and has nothing else: nearly all of them."""
    if type(value) is not dict or len(value) != 1:
        return None
    text = value.get("html")
    if type(text) is not str or len(text) > limits.output_bytes:
        return None
    return text if text.isascii() or _is_plain_text(text, limits) else None


def _is_plain_text(text: str, limits: Limits) -> bool:
    try:
        return len(text.encode("utf-8")) <= limits.output_bytes
    except UnicodeEncodeError:
        return False


def check_result(value: object, limits: Limits) -> dict[str, Any]:
    """Return *value* as result.v1, sharing nothing mutable with the script.

    Raises:
        BadResult: It is none, or too large.
    """
    if not isinstance(value, dict):
        raise BadResult(
            "output-type", f"render returned {_type_name(value)}, not a dict", hint=_hint(value)
        )
    result = to_json(value, limits)
    assert isinstance(result, dict)
    _check_shape(result)
    return result


def _type_name(value: object) -> str:
    return "None" if value is None else f"a value of type {tidy(type(value).__name__, 80)}"


def _hint(value: object) -> str:
    if value is None:
        return f"is a return missing? {_EXAMPLE}"
    if isinstance(value, str):
        return f"{_EXAMPLE}, with the text in it"
    if hasattr(type(value), "__next__") or hasattr(type(value), "__anext__"):
        return f"render is a generator: instead of yield, {_EXAMPLE}"
    return _EXAMPLE


def _check_shape(result: dict[str, Any]) -> None:
    unknown = next((key for key in result if key not in _KEYS), None)
    if unknown is not None:
        hint = did_you_mean(unknown, _KEYS) or f"a result has only {', '.join(_KEYS)}"
        raise BadResult(
            "schema", f"the result has an unknown key {shown(unknown)}", pointer(unknown), hint
        )
    kinds = [kind for kind in _KINDS if kind in result]
    if len(kinds) != 1:
        found = "none of them" if not kinds else " and ".join(kinds)
        message = f"the result must have exactly one of html, markdown and text, it has {found}"
        raise BadResult("schema", message, "" if not kinds else pointer(kinds[1]), _EXAMPLE)
    if not isinstance(result[kinds[0]], str):
        message = f"{kinds[0]} must be text, not {shown(result[kinds[0]])}"
        raise BadResult("schema", message, pointer(kinds[0]))
    _check_warnings(result.get("warnings", []))


def _check_warnings(warnings: Any) -> None:
    if not isinstance(warnings, list):
        raise BadResult("schema", f"warnings must be a list, not {shown(warnings)}", "/warnings")
    for number, warning in enumerate(warnings):
        if isinstance(warning, str):
            continue
        if (
            not isinstance(warning, dict)
            or warning.keys() != {"code", "message"}
            or not all(isinstance(text, str) for text in warning.values())
            or not warning["code"]
        ):
            message = 'a warning must be a text or {"code": "…", "message": "…"}'
            raise BadResult("schema", message, pointer("warnings", number))


def to_json(value: object, limits: Limits) -> Any:
    """Return a copy of *value* in JSON's own types; tuples become lists.

    Raises:
        BadResult: It is not JSON, too deep, or too large. A cycle has a message of its own.
    """
    return _Copy(limits).copy(value)


class _Copy:
    """One copy in progress: an explicit stack, the containers on the way down, the bytes so far."""

    __slots__ = ("_limits", "_on_path", "_size", "_stack")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._size = 0
        self._on_path: dict[int, None] = {}
        self._stack: list[tuple[Iterator[tuple[Any, object]], Any, int, Path]] = []

    def copy(self, value: object) -> Any:
        root = self._take(value, None)
        stack = self._stack
        while stack:
            members, target, identity, path = stack[-1]
            member = next(members, None)
            if member is None:
                stack.pop()
                del self._on_path[identity]
            elif type(target) is dict:
                key, inner = member
                target[self._key(key, path)] = self._take(inner, (path, key))
            else:
                target.append(self._take(member[1], (path, member[0])))
        return root

    def _take(self, value: object, path: Path) -> Any:
        """Return a scalar, or the still empty copy of a container that is now next in turn."""
        kind = type(value)
        if kind is str or isinstance(value, str):
            return self._text(str.__str__(value), path)
        self._grow(1, path)
        if value is None or kind is bool:
            return value
        if isinstance(value, int):
            return self._integer(int.__int__(value), path)
        if isinstance(value, float):
            return self._float(float.__float__(value), path)
        if isinstance(value, dict):
            items = dict.items(value) if kind is dict else value.items()
            return self._enter(value, iter([*items]), {}, path)
        if isinstance(value, list):
            return self._enter(value, enumerate([*list.__iter__(value)]), [], path)
        if isinstance(value, tuple):
            return self._enter(value, enumerate([*tuple.__iter__(value)]), [], path)
        message = f"{_type_name(value)} is not JSON{_where(path)}"
        raise BadResult(
            "output-type", message, _pointer(path), "use text, numbers, lists and dicts"
        )

    def _enter(self, value: object, members: Any, target: Any, path: Path) -> Any:
        if id(value) in self._on_path:
            raise BadResult("output-type", f"the result holds itself{_where(path)}", _pointer(path))
        if len(self._stack) >= self._limits.output_depth:
            message = f"the result nests more than {self._limits.output_depth} levels"
            raise BadResult("output-limit", message, _pointer(path))
        self._on_path[id(value)] = None
        self._stack.append((members, target, id(value), path))
        return target

    def _key(self, key: object, path: Path) -> str:
        if not isinstance(key, str):
            message = f"the key {tidy(repr(key) if type(key) in (int, float, bool) else _type_name(key), 80)}"
            raise BadResult("output-type", f"{message} is not text{_where(path)}", _pointer(path))
        return self._text(str.__str__(key), path)

    def _text(self, text: str, path: Path) -> str:
        size = len(text)
        if size <= self._limits.output_bytes and not text.isascii():
            try:
                size = len(text.encode("utf-8"))
            except UnicodeEncodeError as error:
                message = f"half a surrogate pair at character {error.start}{_where(path)}"
                raise BadResult("output-type", message, _pointer(path)) from None
        self._grow(size, path)
        return text

    def _integer(self, number: int, path: Path) -> int:
        if -_LARGEST_INTEGER <= number <= _LARGEST_INTEGER:
            return number
        message = f"an integer beyond 2^53-1{_where(path)} would lose digits in JavaScript"
        raise BadResult("output-type", message, _pointer(path), "return it as text")

    def _float(self, number: float, path: Path) -> int | float:
        if number != number or number in (_INFINITE, -_INFINITE):
            raise BadResult("output-type", f"{number} is not JSON{_where(path)}", _pointer(path))
        is_whole = number.is_integer() and abs(number) <= _LARGEST_INTEGER
        return int(number) if is_whole else number  # JavaScript knows no 4.0

    def _grow(self, size: int, path: Path) -> None:
        self._size += size
        if self._size > self._limits.output_bytes:
            message = f"the result has more than {self._limits.output_bytes} bytes"
            raise BadResult("output-limit", message, _pointer(path))


def _pointer(path: Path) -> str:
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step if isinstance(step, int) else tidy(str(step), 80))
    return pointer(*reversed(steps))


def _where(path: Path) -> str:
    where = _pointer(path)
    return f" (at {where})" if where else ""
