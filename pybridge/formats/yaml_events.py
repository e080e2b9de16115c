"""The events of a YAML text, as libyaml reports them while it reads.

Nothing here grows with the depth of the text: libyaml keeps its state in lists of its own, and reads at most
1,024 characters ahead of the event that it returns. Its composer and PyYAML's, which call themselves for
each level, are not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol

import yaml

from pybridge.formats.bounds import Unreadable

try:
    from yaml._yaml import CParser
except (
    ImportError
):  # a PyYAML that was built without libyaml: the same events, some ten times slower
    CParser = None  # type: ignore[assignment,misc]


class _Mark(Protocol):
    @property
    def index(self) -> int: ...


_FIRST_LINE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*")


def events(text: str, *, pure_python: bool = CParser is None) -> Iterator[yaml.Event]:
    """Yield the events of the one YAML document in *text*.

    Args:
        text: The text.
        pure_python: Use PyYAML's parser instead of libyaml.

    Raises:
        Unreadable: when it is not YAML, or more than one document.
    """
    first = _FIRST_LINE.match(text)
    assert first is not None
    if text.startswith("%", first.end()):  # each costs a look at all others
        raise Unreadable.at("YAML directives (%…) are not allowed", text, first.end())
    try:
        yield from _first_document(text, _parser(text, pure_python))
    except yaml.reader.ReaderError as error:
        raise Unreadable.at(str(error.reason), text, _offset(text, error)) from error
    except UnicodeEncodeError as error:
        raise Unreadable.at("half of a surrogate pair", text, error.start) from error
    except yaml.MarkedYAMLError as error:
        offset = place_of(error.problem_mark or error.context_mark)
        raise Unreadable.at(error.problem or "not readable as YAML", text, offset) from error


def place_of(mark: _Mark | None) -> int:
    """Return the offset of a mark in the text; lines are counted there, as other characters end lines in YAML 1.1."""
    return mark.index if mark else 0


def _parser(text: str, pure_python: bool) -> Callable[[], yaml.Event | None]:
    if pure_python:
        return _PurePython(text).get_event
    return CParser(text).get_event


class _PurePython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def _first_document(text: str, next_event: Callable[[], yaml.Event | None]) -> Iterator[yaml.Event]:
    while True:
        event = next_event()
        if event is None or isinstance(event, yaml.StreamEndEvent):
            return
        yield event
        if isinstance(event, yaml.DocumentEndEvent):
            rest = _FIRST_LINE.match(text, place_of(event.end_mark))
            assert rest is not None
            last = text[rest.end() :].strip(" \t")
            if last and not last.startswith("#"):
                raise Unreadable.at("a second YAML document begins here", text, rest.end())
            return


def _offset(text: str, error: yaml.reader.ReaderError) -> int:
    """Return the place of a character that YAML does not allow; libyaml counts bytes, PyYAML characters."""
    position: int = error.position
    if error.encoding == "unicode":
        return position
    return len(text.encode("utf-8")[:position].decode("utf-8", "ignore"))
