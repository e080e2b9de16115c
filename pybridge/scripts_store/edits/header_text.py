"""Write the header of a script: whole in the legacy application's format, or single values of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pybridge.errors import UsageError
from pybridge.macros.scripts.header import Value, header_span, read_header

KEYS = (
    "id", "projectId", "slug", "title", "kind", "entrypoint", "enabled", "version", "createdAt",
    "updatedAt",
)  # fmt: skip
"""In the order the legacy application writes them."""

_BOM = "\ufeff"
_KEY = re.compile(r"[ \t]*([^:]*?)[ \t]*:")
_FIRST_LINES = re.compile(
    r"(?:#![^\r\n]*(?:\r\n|\n|\r))?(?:[ \t\f]*#[^\r\n]*?coding[:=][^\r\n]*(?:\r\n|\n|\r))?"
)
"""What the system and Python read in the first two lines: the interpreter and the encoding."""
_UNWRITABLE = re.compile("[\0\r\n\ud800-\udfff]")


def format_header(values: Mapping[str, Value], newline: str = "\n") -> str:
    """Return the header that holds *values*, byte for byte as the legacy application writes it."""
    lines = [f"{key}: {_written(key, values[key])}" for key in KEYS if key in values]
    return "".join(f"{line}{newline}" for line in ('"""', "---", *lines, "---", '"""'))


def add_header(content: str, values: Mapping[str, Value]) -> str:
    """Put a header in front of a file without one, behind the lines that have to be the first.

    Its line ends and byte order mark stay.
    """
    mark = _BOM if content.startswith(_BOM) else ""
    body = content[len(mark) :]
    first = _FIRST_LINES.match(body)
    start = first[0] if first else ""
    return mark + start + format_header(values, _newline(body)) + body[len(start) :]


def update_header(content: str, values: Mapping[str, Value]) -> str:
    """Change single values of a file's header; every other byte stays.

    Raises:
        UsageError: when there is no header, or a value cannot be written into it.
    """
    mark = _BOM if content.startswith(_BOM) else ""
    text = content[len(mark) :]
    span = header_span(text)
    if span is None:
        raise UsageError("the script has no header to change", "write one first")
    newline = _newline(text)
    line_end = newline[-1]
    lines = text[span.start : span.end].split(line_end)
    _refuse_quotes(span.quotes, values)
    for key in KEYS:
        if key in values and read_header(text).values.get(key) != values[key]:
            lines = _with_value(lines, key, _written(key, values[key]), newline)
    return mark + text[: span.start] + line_end.join(lines) + text[span.end :]


def has_header(content: str) -> bool:
    """Whether the file starts with a header."""
    return header_span(content.removeprefix(_BOM)) is not None


def _with_value(lines: list[str], key: str, written: str, newline: str) -> list[str]:
    """Return *lines* with one value replaced in its line, or in a new line at its place."""
    for number, line in enumerate(lines):
        if _key(line) == key:
            head, _, rest = line.partition(":")
            before = rest[: len(rest) - len(rest.lstrip(" \t"))] or " "
            after = rest[len(rest.rstrip()) :] if rest.strip() else rest[len(rest.rstrip("\r")) :]
            return [*lines[:number], f"{head}:{before}{written}{after}", *lines[number + 1 :]]
    place = _place(lines, key)
    is_crlf = newline == "\r\n"
    added = f"{key}: {written}"
    if place == len(lines):  # the header's last line has no line end of its own
        return [*lines[:-1], lines[-1] + "\r" * is_crlf, added]
    return [*lines[:place], added + "\r" * is_crlf, *lines[place:]]


def _place(lines: list[str], key: str) -> int:
    before = set(KEYS[: KEYS.index(key)])
    return max((number + 1 for number, line in enumerate(lines) if _key(line) in before), default=0)


def _key(line: str) -> str | None:
    found = None if line.lstrip().startswith("#") else _KEY.match(line)
    return found[1].strip() if found else None


def _written(key: str, value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if _UNWRITABLE.search(value):
        raise UsageError(f"{key} must be one line of text, not {value[:80]!r}")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _refuse_quotes(quotes: str, values: Mapping[str, Value]) -> None:
    """Refuse what would end a header in single quotes before its time."""
    for key, value in values.items():
        if quotes == "'''" and isinstance(value, str) and "'''" in value:
            raise UsageError(f"{key} cannot hold ''' in a header that is quoted with '''")


def _newline(text: str) -> str:
    end = text.find("\n")
    if end < 0 and "\r" in text:
        return "\r"
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
