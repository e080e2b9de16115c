"""Read a YAML text as JSON values, within bounds.

Keys are texts as they are written: `on`, `1` and `2026-01-01` name themselves. Each key may occur once.
`<<` is a key like others: YAML 1.2 has no merging.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from pybridge.formats.bounds import Bounds, Unreadable, too_deep
from pybridge.formats.yaml_events import events, place_of
from pybridge.formats.yaml_scalars import check_tag, resolve


def read_yaml(text: str, bounds: Bounds) -> Any:
    """Return the value of the only document in *text*; None for an empty text.

    Raises:
        Unreadable: when it is invalid, more than *bounds* allow, or holds what has no JSON value.
    """
    bounds.check_length(text)
    return compose(events(text), text, bounds)


def compose(found: Iterable[yaml.Event], text: str, bounds: Bounds) -> Any:
    """Return the value that events describe; *text* is what they were read from, for places."""
    composer = _Composer(bounds, text)
    for event in found:
        try:
            composer.take(event)
        except (_Refused, ValueError, OverflowError) as error:
            raise Unreadable.at(str(error), text, place_of(event.start_mark)) from error
    return composer.root


_FURTHER_LINE = re.compile(r"(?:\r\n|\r|\n)( *)(?=[^ \t\r\n])")


class _Refused(Exception):
    """The event does not fit, or exceeds a bound."""


@dataclass(frozen=True)
class _Node:
    """A value that was read, and what it counts where an alias repeats it."""

    value: Any
    text: str | None
    """As it is written, for a key; None for a list or mapping."""
    values: int
    characters: int
    depth: int


@dataclass
class _Open:
    """A list or mapping whose end has not been read."""

    value: list[Any] | dict[str, Any]
    anchor: str | None
    values_before: int
    characters_before: int
    depth: int = 1
    key: str | None = None
    """The key whose value comes next."""
    start: Any = None
    """Where a mapping in block style begins."""
    column: int | None = None
    """Of its first key."""

    @property
    def expects_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None

    def add(self, node: _Node) -> None:
        self.depth = max(self.depth, node.depth + 1)
        if isinstance(self.value, list):
            self.value.append(node.value)
        elif self.key is not None:
            self.value[self.key] = node.value
            self.key = None
        elif node.text is None:
            raise _Refused("a key must be a text, not a list or mapping")
        elif node.text in self.value:
            raise _Refused(f"the key {_shown(node.text)} occurs twice")
        else:
            self.key = node.text


class _Composer:
    def __init__(self, bounds: Bounds, text: str) -> None:
        self.root: Any = None
        self._bounds = bounds
        self._text = text
        self._open: list[_Open] = []
        self._anchors: dict[str, _Node | None] = {}
        self._values = 0
        self._characters = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                self._alias(event.anchor or "")
            case yaml.CollectionStartEvent():
                self._begin(event)
            case yaml.CollectionEndEvent():
                self._end()

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        is_key = self._is_key()
        if event.style in ("'", '"') and event.tag is None and event.anchor is None:
            self._check_lines(event)
        if is_key:
            self._note_column(event)
        value = None
        if not is_key or event.tag is not None or event.anchor is not None:
            is_plain = event.tag is None and event.implicit[0]
            value = resolve(event.value, event.tag, is_plain=is_plain)
        node = _Node(value, event.value, 1, len(event.value), 0)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._count(0 if is_key else 1, node.characters)
        self._add(node)

    def _alias(self, anchor: str) -> None:
        if anchor not in self._anchors:
            raise _Refused(f"no anchor {_shown('&' + anchor)} before this alias")
        node = self._anchors[anchor]
        if node is None:
            raise _Refused(
                f"the alias {_shown('*' + anchor)} stands inside the value that it repeats"
            )
        if len(self._open) + node.depth > self._bounds.depth:
            raise _Refused(too_deep(self._bounds))
        self._count(0 if self._is_key() else node.values, node.characters)
        self._add(node)

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if self._is_key():
            raise _Refused("a key must be a text, not a list or mapping")
        if len(self._open) >= self._bounds.depth:
            raise _Refused(too_deep(self._bounds))
        is_list = isinstance(event, yaml.SequenceStartEvent)
        check_tag(event.tag, "seq" if is_list else "map")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        value: list[Any] | dict[str, Any] = [] if is_list else {}
        start = None if is_list or event.flow_style else event.start_mark
        self._open.append(_Open(value, event.anchor, self._values, self._characters, start=start))
        self._count(1, 0)

    def _end(self) -> None:
        done = self._open.pop()
        values = self._values - done.values_before
        characters = self._characters - done.characters_before
        node = _Node(done.value, None, values, characters, done.depth)
        if done.anchor is not None:
            self._anchors[done.anchor] = node
        self._add(node)

    def _note_column(self, key: yaml.ScalarEvent) -> None:
        """Keep the column of a block mapping, which its first key tells: an anchor or a tag may stand before it."""
        mapping = self._open[-1]
        if mapping.start is not None and mapping.column is None:
            mark = key.start_mark
            assert mark is not None
            is_beside = mapping.start.line == mark.line
            mapping.column = min(mark.column, mapping.start.column) if is_beside else mark.column

    def _check_lines(self, event: yaml.ScalarEvent) -> None:
        """Refuse a quoted text that goes on in a line of the mapping around it: its end was forgotten."""
        start, end = place_of(event.start_mark), place_of(event.end_mark)
        further = _FURTHER_LINE.finditer(
            self._text, start, end - 1
        )  # the quote that ends it may stand anywhere
        columns = (each.column for each in reversed(self._open) if each.column is not None)
        column = next(columns, None)
        if column is not None and any(len(each[1]) <= column for each in further):
            raise _Refused(
                "a text in quotes goes on in a line that is not indented; is its end missing?"
            )

    def _is_key(self) -> bool:
        """Whether the next node is the key of a mapping."""
        return bool(self._open) and self._open[-1].expects_key

    def _add(self, node: _Node) -> None:
        if self._open:
            self._open[-1].add(node)
        else:
            self.root = node.value

    def _count(self, values: int, characters: int) -> None:
        self._values += values
        self._characters += characters
        if self._values > self._bounds.values:
            raise _Refused(f"more than {self._bounds.values:,} values, aliases included")
        if self._characters > self._bounds.characters:
            raise _Refused(f"more than {self._bounds.characters:,} characters, aliases included")


def _shown(name: str) -> str:
    return repr(name if len(name) <= 40 else f"{name[:39]}…")
