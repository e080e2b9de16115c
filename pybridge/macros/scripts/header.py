"""The header block of a script file, read as text; nothing is executed.

A header is a string literal at the very start of the file that holds `key: value` lines between two
`---` lines. Writing headers is the script store's business.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_START = re.compile(r"(?:\"\"\"|''')\r?\n---\r?\n")
_END = re.compile(r"\r?\n---\r?\n(?:\"\"\"|''')\r?\n?")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_ESCAPED = re.compile(r'\\(["\\])')

STRINGS = ("id", "projectId", "slug", "title", "kind", "entrypoint", "createdAt", "updatedAt")
"""Keys that hold text."""
KINDS = ("macro", "transform", "utility")

Value = str | bool | int | float


class HeaderProblem:
    """Something in a header that was ignored."""

    __slots__ = ("column", "line", "message")

    def __init__(self, line: int, column: int, message: str) -> None:
        self.line = line
        self.column = column
        self.message = message


class Header:
    """The values of a header and its problems."""

    __slots__ = ("body_start", "problems", "values")

    def __init__(
        self, values: Mapping[str, Value], body_start: int, problems: list[HeaderProblem]
    ) -> None:
        self.values = values
        """The known keys with a usable value."""
        self.body_start = body_start
        """Offset of the script's body in the file; 0 without a header."""
        self.problems = problems

    def text(self, key: str) -> str | None:
        """Return the text under *key*, None where there is none or it is empty."""
        value = self.values.get(key)
        return value if isinstance(value, str) and value else None


def header_span(content: str) -> tuple[int, int, int] | None:
    """Return where the lines of the header begin and end, and where the body begins.

    None where there is no header, or one without an end.
    """
    start = _START.match(content)
    end = _END.search(content, start.end()) if start else None
    return (start.end(), end.start(), end.end()) if start and end else None


def read_header(content: str) -> Header:
    """Return the header of a script file; without one an empty header."""
    span = header_span(content)
    if span is None:
        unfinished = "the header has no end: a line --- and the closing quotes are missing"
        return Header({}, 0, [HeaderProblem(1, 1, unfinished)] if _START.match(content) else [])
    values: dict[str, Value] = {}
    problems: list[HeaderProblem] = []
    for number, line in enumerate(content[span[0] : span[1]].split("\n"), start=3):
        _read_line(line.rstrip("\r"), number, values, problems)
    return Header(values, span[2], problems)


def _read_line(
    line: str, number: int, values: dict[str, Value], problems: list[HeaderProblem]
) -> None:
    if not line.strip() or line.lstrip().startswith("#"):
        return
    name, colon, rest = line.partition(":")
    column = len(line) - len(line.lstrip()) + 1
    if not colon:
        problems.append(
            HeaderProblem(number, column, f"header line without a colon: {line[:80]!r}")
        )
        return
    key, value = name.strip(), _scalar(rest.strip())
    message = _complaint(key, value, values)
    if message:
        column = len(name) + 2 + len(rest) - len(rest.lstrip())
        problems.append(HeaderProblem(number, column, message))
    else:
        values[key] = value


def _scalar(text: str) -> Value:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return _ESCAPED.sub(r"\1", text[1:-1]) if text[0] == '"' else text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _complaint(key: str, value: Value, seen: Mapping[str, Value]) -> str | None:
    """Say why *value* cannot be used under *key*, None if it can."""
    if key in STRINGS and not isinstance(value, str):
        return f"{key} must be text, in double quotes, not {value!r}"
    if key == "kind" and value not in KINDS:
        return f"kind must be one of {', '.join(KINDS)}, not {value!r}"
    if key == "enabled" and not isinstance(value, bool):
        return f"enabled must be true or false, not {value!r}"
    if key == "version" and (not isinstance(value, int | float) or value is True or value < 1):
        return f"version must be a number from 1, not {value!r}"
    if key == "entrypoint" and not str(value).isidentifier():
        return f"entrypoint must be a function's name, not {value!r}"
    return f"{key} is given twice" if key in seen else None
