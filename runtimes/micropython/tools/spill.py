"""Put every pointer that lives across a call into memory, where the garbage collector finds it.

    spill.py IN.ll OUT.ll

WebAssembly keeps the values of a function in locals that no other function can read, so a collector that searches the
stack misses them. This program changes LLVM IR so that nothing is missed, by one rule: a value that is used in another
segment than that of its definition is stored where it is defined, in a slot of the frame. A segment ends at a call and
at the end of a block. So at each call, whatever code after it may use is in memory, on whichever way that code is
reached, a second return of `setjmp` included. A value in SSA form never changes, so the slot stays right.

A value that leaves its block has a slot of its own. Those that are used in their own block only share slots with those
of other blocks: when another block begins, nothing needs them any more. That keeps frames small, and few slots hold on
to objects that are garbage.

All types that can hold a pointer are stored: pointers, integers of 32 bits and more, and aggregates. The stores are
volatile: no later pass removes them.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_NAME = r'%(?:"[^"]*"|[-$._\w]+)'
_USE = re.compile(_NAME)
_LABEL = re.compile(r'^("[^"]*"|[-$._\w]+):')
_DEFINITION = re.compile(rf"^\s+({_NAME}) = (.*)$")
_CALL = re.compile(r"(?:^|\s|=\s)(?:tail |musttail |notail )?call\s")
_RESULT_OF_CALL = re.compile(r"call\s+(.*?)\s*(?:\(.*?\)\s*)?(?:[@%][-$.\w\"]+)\(")
_HARMLESS = re.compile(r"call .*?@llvm\.")
_TYPE = r"(?:ptr|i\d+|float|double|void|\{[^}]*\}|%[-$._\w\"]+|\[[^\]]*\]|<[^>]*>)"
_CAST = re.compile(
    r"^(?:ptrtoint|inttoptr|zext|sext|trunc|bitcast|fptoui|fptosi|uitofp|sitofp|fpext|fptrunc|addrspacecast)\b"
)
_PLAIN = re.compile(
    rf"^(?:load|phi|add|sub|mul|udiv|sdiv|urem|srem|and|or|xor|shl|lshr|ashr|freeze|va_arg|"
    rf"fadd|fsub|fmul|fdiv|frem|fneg)\b(?:\s(?:volatile|atomic|nuw|nsw|exact|disjoint|nnan|ninf|nsz|arcp|contract|"
    rf"afn|reassoc|fast))*\s({_TYPE})"
)
_SELECT = re.compile(rf"^select\b.*?, ({_TYPE}) ")
_FRAME, _FRAME_TYPE = "%gc.frame", "%gc.frame.type"
_NO_POINTER = frozenset({"i1", "i8", "i16", "float", "double", "void"})


class Unknown(Exception):
    """A line that this program does not understand; it guesses nothing."""


@dataclass
class _Value:
    """A value in SSA form."""

    type: str
    place: _Place
    line: int
    """Where it is defined; -1 for a parameter."""
    is_phi: bool = False
    crosses_call: bool = False
    leaves_block: bool = False

    @property
    def needs_slot(self) -> bool:
        """Whether code after a call may need it."""
        return self.crosses_call and self.type not in _NO_POINTER


@dataclass(frozen=True)
class _Place:
    """A place in a function."""

    block: int
    segment: int


_ELSEWHERE = _Place(-1, -1)


@dataclass
class _Function:
    """The lines of one function, and its values."""

    lines: list[str]
    values: dict[str, _Value] = field(default_factory=dict)
    uses: list[tuple[str, _Place]] = field(default_factory=list)


def spilled(text: str) -> str:
    """Return a module with all its functions changed.

    Raises:
        Unknown: when a line cannot be understood.
    """
    out: list[str] = []
    function: list[str] | None = None
    for line in text.splitlines():
        if line.startswith("define "):
            function = [line]
        elif function is None:
            out.append(line)
        else:
            function.append(line)
            if line == "}":
                out += _changed(function)
                function = None
    return "\n".join(out) + "\n"


def _changed(lines: list[str]) -> list[str]:
    function = _Function(lines)
    _read(function)
    for name, place in function.uses:
        value = function.values.get(name)
        if value is not None:
            value.leaves_block |= value.place.block != place.block
            value.crosses_call |= value.place != place
    return _with_slots(function)


def _read(function: _Function) -> None:
    """Find the values of a function and where they are used."""
    place = _Place(0, 0)
    for name, type_ in _parameters(function.lines[0]):
        function.values[name] = _Value(type_, place, -1)
    for number, line in enumerate(function.lines[1:-1], start=1):
        if _LABEL.match(line):
            place = _Place(number, 0)
            continue
        match = _DEFINITION.match(line)
        body = match.group(2) if match else line.strip()
        is_phi = body.startswith("phi ")
        # A phi uses its values at the ends of other blocks.
        function.uses += [(name, _ELSEWHERE if is_phi else place) for name in _USE.findall(body)]
        if _CALL.search(f" {body}") and not _HARMLESS.search(body):
            place = _Place(place.block, place.segment + 1)
        if match and not body.startswith("alloca "):
            function.values[match.group(1)] = _Value(_type_of(body), place, number, is_phi)


def _parameters(line: str) -> Iterator[tuple[str, str]]:
    start = line.index("(", line.index("@"))
    for part in _parts(line[start + 1 : _closing(line, start)]):
        words = part.split()
        if words and words[-1].startswith("%"):
            yield words[-1], words[0]


def _closing(line: str, start: int) -> int:
    depth = 0
    for place in range(start, len(line)):
        depth += {"(": 1, ")": -1}.get(line[place], 0)
        if depth == 0:
            return place
    raise Unknown(line)


def _parts(text: str) -> Iterator[str]:
    """Split at commas that are inside of no brackets."""
    depth = start = 0
    for place, letter in enumerate(text):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]


def _type_of(body: str) -> str:
    if body.startswith("getelementptr"):
        return "ptr"
    if body.startswith(("icmp", "fcmp")):
        return "i1"
    if _CAST.match(body):
        return body.rpartition(" to ")[2].strip()
    if _CALL.search(f" {body}"):
        return _result_of_call(body)
    match = _PLAIN.match(body) or _SELECT.match(body)
    if match is None:
        raise Unknown(body)
    return match.group(1)


def _result_of_call(body: str) -> str:
    match = _RESULT_OF_CALL.search(body)
    if match is None:
        raise Unknown(body)
    types = re.findall(rf"(?:^|\s)({_TYPE})(?=\s|$)", re.sub(r"\b\w+\([^)]*\)", "", match.group(1)))
    if len(types) != 1:
        raise Unknown(body)
    return types[0]


def _with_slots(function: _Function) -> list[str]:
    """Return the lines with one `alloca` for all slots: LLVM makes each one of a function with `setjmp` dynamic."""
    stores: dict[int, list[str]] = {}
    slots = _Slots()
    for name, value in function.values.items():
        if value.needs_slot:
            line = _after_phis(function.lines, value.line) if value.is_phi else value.line
            stores.setdefault(line, []).extend(slots.stored(name, value))
    first = 1 if not _LABEL.match(function.lines[1]) else 2
    out = function.lines[:first]
    if slots.types:
        out.append(f"  {_FRAME} = alloca {slots.frame}")
    out += stores.get(-1, [])
    for number, line in enumerate(function.lines[first:], start=first):
        out.append(line)
        out += stores.get(number, [])
    return [line.replace(_FRAME_TYPE, slots.frame) for line in out]


@dataclass
class _Slots:
    """The slots of a function."""

    types: list[str] = field(default_factory=list)
    _own: Counter[tuple[int, str]] = field(default_factory=Counter)
    _shared: dict[tuple[str, int], int] = field(default_factory=dict)
    _stores: int = 0

    @property
    def frame(self) -> str:
        """The type that holds all of them."""
        return f"{{ {', '.join(self.types)} }}"

    def stored(self, name: str, value: _Value) -> list[str]:
        """Give a value a slot; return the lines that store it there."""
        self._stores += 1
        # The type of the frame is put in when all slots are known.
        return [
            f"  %gc.at.{self._stores} = getelementptr inbounds {_FRAME_TYPE}, ptr {_FRAME}, i32 0, i32 {self._slot(value)}",
            f"  store volatile {value.type} {name}, ptr %gc.at.{self._stores}",
        ]

    def _slot(self, value: _Value) -> int:
        if value.leaves_block:
            return self._new(value.type)
        block = (value.place.block, value.type)
        number = self._own[block]
        self._own[block] += 1
        key = (value.type, number)
        if key not in self._shared:
            self._shared[key] = self._new(value.type)
        return self._shared[key]

    def _new(self, type_: str) -> int:
        self.types.append(type_)
        return len(self.types) - 1


def _after_phis(lines: list[str], place: int) -> int:
    """Return the last line of the phis that the one at *place* belongs to."""
    while (match := _DEFINITION.match(lines[place + 1])) and match.group(2).startswith("phi "):
        place += 1
    return place


def main() -> None:
    """Change one module."""
    source, target = map(Path, sys.argv[1:])
    target.write_text(spilled(source.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
