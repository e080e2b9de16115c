"""The header block of a script file, read as text; nothing is executed.

A header is the module's docstring, where it begins with `key: value` lines between two `---` lines. As for Python,
blank lines and comments may stand before it. Writing headers is the script store's business.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE_END = r"(?:\r\n|\n|\r)"
_START = re.compile(
    rf"(?:[ \t\f]*+(?:\#[^\r\n]*+)?{_LINE_END})*+\f*[rRuU]?(\"\"\"|''')"
    rf"(?:[ \t]*\\?{_LINE_END})*+---[ \t]*{_LINE_END}"
)
_END = re.compile(rf"{_LINE_END}---[ \t]*{_LINE_END}")
_NEWLINE = re.compile(_LINE_END)
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


class HeaderSpan:
    """Where a header stands in a file, by offsets."""

    __slots__ = ("body", "end", "quotes", "start")

    def __init__(self, start: int, end: int, body: int, quotes: str) -> None:
        self.start = start
        """Where its lines begin."""
        self.end = end
        """Where they end, the last line end excluded."""
        self.body = body
        """Where the script's body begins."""
        self.quotes = quotes
        """What the docstring is quoted with."""


def header_span(content: str) -> HeaderSpan | None:
    """Return where the header stands; None where there is none, or one without an end."""
    start = _START.match(content)
    if start is None:
        return None
    quotes = start[1]
    end = _END.search(content, start.end() - 1)  # an empty header ends where it starts
    close = content.find(quotes, end.end()) if end else -1
    if end is None or close < 0:
        return None
    newline = _NEWLINE.match(content, close + len(quotes))
    body = newline.end() if newline else close + len(quotes)
    return HeaderSpan(start.end(), max(start.end(), end.start()), body, quotes)


def read_header(content: str) -> Header:
    """Return the header of a script file; without one an empty header."""
    span = header_span(content)
    if span is None:
        start = _START.match(content)
        unfinished = "the header has no end: a line --- and the closing quotes are missing"
        found = [HeaderProblem(_line_of(content, start.start(1)), 1, unfinished)] if start else []
        return Header({}, 0, found)
    values: dict[str, Value] = {}
    problems: list[HeaderProblem] = []
    first = _line_of(content, span.start)
    for number, line in enumerate(_NEWLINE.split(content[span.start : span.end]), start=first):
        _read_line(line, number, values, problems)
    return Header(values, span.body, problems)


def _line_of(content: str, at: int) -> int:
    return len(_NEWLINE.findall(content, 0, at)) + 1


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
