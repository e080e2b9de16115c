"""Front matter and settings take time in proportion to their length, whatever they look like.

The bounds are far away here, except for the depth: see `test_fuzz_costs` for the method.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from pybridge.errors import JsonUnreadable
from pybridge.formats import Bounds, Unreadable, read_toml_as_json, read_yaml
from pybridge.formats.json_text import parse_json
from pybridge.macros.syntax.front_matter import read_fences
from tests.property.test_fuzz_costs import MOST, Make, growing_runs, repeated, worst_ratio

pytestmark = pytest.mark.costs

BOUNDS = Bounds(characters=10**9, depth=33, values=10**9)


def numbered(line: str) -> Make:
    """Return lines, each with another number."""
    return lambda size: "".join(line.format(n=n) for n in range(size // len(line)))


YAML: dict[str, Make] = {
    "lists": repeated("["),
    "mappings": repeated("{"),
    "lists of mappings": repeated("[{"),
    "dashes": repeated("- "),
    "question marks": repeated("? "),
    "colons": repeated(": "),
    "keys in keys": repeated("{? "),
    "flat lists": repeated("[], ", "[", "]"),
    "flat mapping": repeated("a, ", "[", "]"),
    "pairs": repeated("a: b, ", "[", "]"),
    "keys": numbered("key{n}: v\n"),
    "tagged": repeated("!!str ", "a: "),
    "long tag": repeated("x", "a: !", " b"),
    "anchors": numbered("a{n}: &a{n} v\n"),
    "aliases": repeated("*a, ", "[&a x, ", "]"),
    "nested anchors": repeated("&a [", "a: "),
    "merged": lambda size: "a0: &a0 {x: 1}\n" + numbered("b{n}: {{<<: *a0}}\n")(size),
    "directives": numbered("%TAG !a{n}! b\n"),
    "documents": repeated("--- a\n"),
    "ends": repeated("...\n"),
    "plain text": repeated("x ", "a: "),
    "several lines": repeated("  x\n", "a:\n"),
    "block": repeated("  x\n", "a: |\n"),
    "folded block": repeated("  x\n\n", "a: >\n"),
    "quoted": repeated("x\n ", 'a: "', '"'),
    "escapes": repeated("\\u0041", 'a: "', '"'),
    "open quotes": repeated("'"),
    "blank lines": repeated("\n", "a: b\n", "c"),
    "comments": repeated("# x\n"),
    "tabs": repeated("\t"),
    "digits": repeated("9", "a: "),
    "base 60": repeated("1:", "a: ", "1"),
    "base 60 numbers": repeated("- 59:59:59:59:59\n"),
    "fraction": repeated("9", "a: 2026-01-01 00:00:00."),
    "spaces in a date": repeated(" ", "a: '2026-01-01", "x'\nb: !!timestamp 2026-01-01 x"),
    "error at the end": repeated("a\n", "- ", "\x01"),
}
TOML: dict[str, Make] = {
    "lists": repeated("[", "a = "),
    "tables": repeated("{a=", "a = "),
    "parts": repeated("a.", "", "a = 1"),
    "parts of a header": repeated("a.", "[", "a]"),
    "quoted parts": repeated("'a'.", "", "a = 1"),
    "spaces between": repeated("a . ", "", "a = 1"),
    "spaces": repeated(" ", "a", "= 1"),
    "long key": repeated("a", "", " = 1"),
    "flat lists": repeated("[], ", "a = [", "]"),
    "flat table": lambda size: "a = {" + numbered("key{n}=1, ")(size) + "z=1}",
    "keys": numbered("key{n} = 1\n"),
    "dotted keys": numbered("a.b.c.key{n} = 1\n"),
    "headers": numbered("[key{n}]\n"),
    "headers in headers": numbered("[a.b.c.key{n}]\n"),
    "one header": repeated("[[a]]\n"),
    "texts": repeated('"x", ', "a = [", "]"),
    "open quotes": repeated("'"),
    "open double quotes": repeated('"'),
    "open long texts": repeated('\\"""', 'a = """'),
    "long text": repeated('x\\n""\n', 'a = """', '"""'),
    "line ends": repeated("\\\n  ", 'a = """', '"""'),
    "comments": repeated("# x\n"),
    "hashes": repeated("#"),
    "digits": repeated("9", "a = "),
    "grouped digits": repeated("9_", "a = ", "9"),
    "fraction": repeated("9", "a = 0."),
    "dates": repeated("9999-12-31T23:59:59-05:00, ", "a = [", "]"),
    "returns": repeated("\r"),
}
FENCES: dict[str, Make] = {
    "spaces": repeated(" ", "---\na", "\n---\n"),
    "colons": repeated("a:", "---\n", "\n---\n"),
    "hashes": repeated(" #", "---\na", "\n---\n"),
    "quotes": repeated('"a" ', "---\n", "\n---\n"),
    "escapes": repeated("\\", '---\n"', "\n---\n"),
    "single quotes": repeated("'", "---\n", "\n---\n"),
    "toml spaces": repeated(" ", "+++\na", "\n+++\n"),
    "toml quotes": repeated('"a"', "+++\n", "\n+++\n"),
    "rules": repeated("----\n", "---\n"),
    "growing": growing_runs("-", "\n"),
}


JSON: dict[str, Make] = {
    "lists": repeated("["),
    "objects": repeated('{"a":'),
    "flat": repeated("[],", "[", "0]"),
    "open quotes": repeated('"'),
    "escapes": repeated('\\"', '"'),
    "NaN in texts": repeated('"NaN",', "[", "NaN]"),
    "digits": repeated("9"),
    "fraction": repeated("9", "0."),
    "blanks": repeated(" "),
}


def quietly(read: Callable[[str, Bounds], object]) -> Callable[[str], object]:
    def read_it(text: str) -> None:
        with contextlib.suppress(Unreadable):
            read(text, BOUNDS)

    return read_it


def _json(text: str) -> None:
    with contextlib.suppress(JsonUnreadable):
        parse_json(text)


READERS: dict[str, tuple[Callable[[str], object], dict[str, Make]]] = {
    "yaml": (quietly(read_yaml), YAML),
    "toml": (quietly(read_toml_as_json), TOML),
    "json": (_json, JSON),
    "fences": (read_fences, FENCES),
}


@pytest.mark.parametrize(
    ("read", "make"),
    [
        pytest.param(read, make, id=f"{name}: {shape}")
        for name, (read, shapes) in READERS.items()
        for shape, make in shapes.items()
    ],
)
def test_twice_the_text_costs_no_more_than_two_and_a_half_times(
    read: Callable[[str], object], make: Make
) -> None:
    assert worst_ratio(read, make) <= MOST
