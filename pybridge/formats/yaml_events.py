"""The events of a YAML text, as libyaml reports them while it reads.

Nothing here grows with the depth of the text: libyaml keeps its state in lists of its own, and reads at most
1,024 characters ahead of the event that it returns. Its composer and PyYAML's, which call themselves for
each level, are not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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


_FORMER_BREAKS = "\x85\u2028\u2029"
"""They end lines in YAML 1.1, which libyaml reads; in 1.2 they are characters like others."""
_PRIVATE = range(0xF0000, 0x10FFFE)
"""Characters for private use, none of which a text is likely to have."""
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
    readable, back = _without_former_breaks(text)
    try:
        for event in _first_document(readable, _parser(readable, pure_python)):
            _check_key_mark(event, text)
            if back and isinstance(event, yaml.ScalarEvent):
                event.value = event.value.translate(back)
            yield event
    except yaml.reader.ReaderError as error:
        raise Unreadable.at(str(error.reason), text, _offset(text, error)) from error
    except UnicodeEncodeError as error:
        raise Unreadable.at("half of a surrogate pair", text, error.start) from error
    except yaml.MarkedYAMLError as error:
        if _is_unclosed(error):
            problem = f"this bracket is not closed: {error.problem}"
            raise Unreadable.at(problem, text, place_of(error.context_mark)) from error
        offset = place_of(error.problem_mark or error.context_mark)
        raise Unreadable.at(error.problem or "not readable as YAML", text, offset) from error


def _is_unclosed(error: yaml.MarkedYAMLError) -> bool:
    """Return whether a list or mapping in brackets goes on in lines that are none of its own."""
    begin, found = error.context_mark, error.problem_mark
    is_flow = (error.context or "").startswith("while parsing a flow")
    return bool(
        is_flow
        and "expected ','" in (error.problem or "")
        and begin
        and found
        and begin.line < found.line
    )


def _check_key_mark(event: yaml.Event, text: str) -> None:
    """Refuse a `?` before a text: a mark of a key in YAML 1.1, in 1.2 the text's first character."""
    at = place_of(event.start_mark)
    if isinstance(event, yaml.NodeEvent) and text[at - 1 : at] == "?":
        raise Unreadable.at("a text that begins with ? needs quotes here", text, at - 1)


def place_of(mark: _Mark | None) -> int:
    """Return the offset of a mark in the text; lines are counted there, as other characters end lines in YAML 1.1."""
    return mark.index if mark else 0


def _without_former_breaks(text: str) -> tuple[str, Mapping[int, str]]:
    """Return *text* with other characters in their place, and how to translate these back."""
    found = [character for character in _FORMER_BREAKS if character in text]
    if not found:
        return text, {}
    taken = set(text)
    free = (chr(code) for code in _PRIVATE if chr(code) not in taken)
    pairs = list(zip(found, free, strict=False))
    readable = text.translate({ord(character): spare for character, spare in pairs})
    return readable, {ord(spare): character for character, spare in pairs}


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
