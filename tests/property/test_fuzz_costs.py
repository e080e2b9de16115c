"""What reads text of others takes time in proportion to it, whatever the text looks like.

Judged by ratios: twice the text may cost two and a half times as much, in processor time, at best of several
tries. Texts grow until one reading takes long enough to tell; `--long` lets them grow to 10 MB. A ratio
over the limit is measured again, both texts in turn: what is not linear is over it every time, a busy
machine is not.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator

import pytest

from pybridge.engines.supervision.frames import FrameReader
from pybridge.macros.scripts.complexity import too_complex_at
from pybridge.macros.scripts.header import read_header
from pybridge.macros.scripts.script import Reader
from pybridge.macros.syntax.params import read_params
from pybridge.macros.syntax.tokens import find_tokens
from pybridge.macros.values import json_text
from pybridge.macros.wire import Session
from tests.amounts import amount

pytestmark = pytest.mark.costs

MOST = 2.5
LARGEST = amount(1 << 18, 10_000_000)
SMALLEST = 1 << 14
WORTH_MEASURING_S = amount(2, 10) / 1000
ENOUGH_S = amount(10, 80) / 1000
"""Seconds of one reading from which the text need not grow on: what is not linear has shown it."""
TRIES = 2
ROUNDS = 5
"""How often a ratio over the limit is measured again: on a busy machine the smaller text may have been lucky."""

Make = Callable[[int], str]


def repeated(unit: str, before: str = "", after: str = "") -> Make:
    return lambda size: before + unit * (size // len(unit)) + after


def growing_runs(character: str, between: str) -> Make:
    """Return runs of growing length, none of which closes another."""

    def make(size: int) -> str:
        pieces, length, total = [], 1, 0
        while total < size:
            pieces.append(character * length + between)
            total += length + len(between)
            length += 1
        return "".join(pieces)

    return make


DOCUMENTS: dict[str, Make] = {
    "open": repeated("[["),
    "open with names": repeated("[[a "),
    "unclosed value": repeated('[[a b="'),
    "unclosed single value": repeated("[[a b='x"),
    "closers": repeated("[[/a]]"),
    "openers then closers": lambda size: "[[a]]" * (size // 11) + "[[/a]]" * (size // 11),
    "pairs": repeated("[[note]]x[[/note]]"),
    "brackets": repeated("["),
    "closing brackets": repeated("]]"),
    "backslashes": repeated("\\"),
    "escaped": repeated("\\[["),
    "macros": repeated('[[youtube id="x" width=3]]\n'),
    "one with many params": repeated('a="b" ', "[[m ", "]]"),
    "one with a long value": repeated("x", '[[m a="', '"]]'),
    "spaces": repeated(" ", "[[m", "]]"),
    "backtick runs": growing_runs("`", " "),
    "backtick run": repeated("`"),
    "single backticks": repeated("` "),
    "unclosed fence": repeated("x [[m]]\n", "```\n"),
    "fences": repeated("```\n"),
    "growing fences": growing_runs("~", "\n"),
    "quoted fences": repeated("> ```\n"),
    "deep quotes": repeated("> "),
    "lists": repeated("- "),
    "nested list": repeated("- a\n  ", ""),
    "indented": repeated("    x\n"),
    "front matter without end": repeated("a: b\n", "---\n"),
    "rules": repeated("---\n"),
    "carriage returns": repeated("\r"),
    "line separators": repeated("\u2028"),
    "html": repeated("<a "),
    "unclosed comment": repeated("<!-- "),
}
PARAMS: dict[str, Make] = {
    "pairs": repeated('a="b" '),
    "unquoted": repeated("a=1 "),
    "digits": repeated("1", "a="),
    "equals": repeated("="),
    "quotes": repeated('"'),
    "unclosed": repeated("a='"),
    "spaces": repeated(" "),
    "names": repeated("a "),
    "point": repeated("9", "a=0."),
}
HEADERS: dict[str, Make] = {
    "a million keys": lambda size: (
        "---\n" + "".join(f"k{n}: v\n" for n in range(size // 9)) + "---\n"
    ),
    "without end": repeated("k: v\n", '"""\n---\n'),
    "in a docstring": repeated("k: v\n", '"""\n---\n', '---\n"""\n'),
    "long value": repeated("v", '"""\n---\nk: ', '\n---\n"""\n'),
    "colons": repeated(":", '"""\n---\n', '\n---\n"""\n'),
    "quotes": repeated('"'),
    "rules": repeated("---\n", '"""\n'),
    "comments": repeated("# x\n"),
    "blank": repeated("\n"),
}
SOURCES: dict[str, Make] = {
    "brackets": repeated("(", "x = "),
    "closed brackets": lambda size: "x = " + "(" * (size // 2) + ")" * (size // 2),
    "triple quotes": repeated("'''"),
    "odd triple quotes": repeated("'''\\"),
    "mixed quotes": repeated("'''a\"\"\"b"),
    "quotes": repeated("'"),
    "open quotes": repeated("'a\n"),
    "escaped quotes": repeated("\\'"),
    "comments": repeated("#"),
    "operators": repeated("-"),
    "not": repeated("not "),
    "names": repeated("a"),
    "continuations": repeated("\\\n"),
    "statements": repeated("x = 1\n"),
    "functions": repeated("def f(): pass\n"),
    "blank": repeated("\n"),
    "form feeds": repeated("\f"),
    "indents": lambda size: "".join(" " * n + "if 1:\n" for n in range(int((2 * size) ** 0.5))),
}
MESSAGES: dict[str, Make] = {
    "lists": repeated("["),
    "objects": repeated('{"a":'),
    "backslashes": repeated("\\", '"'),
    "quotes": repeated('"'),
    "spaces": repeated(" "),
    "digits": repeated("9"),
    "flat": lambda size: json.dumps({"kind": "render", "id": 1, "x": "y" * size}),
    "many keys": lambda size: json.dumps({f"k{n}": n for n in range(size // 14)}),
    "unknown calls": lambda size: json.dumps(
        {"kind": "render", "id": 1, "calls": [1] * (size // 3), "sliceMs": 1e6}
    ),
}


def _frames(text: str) -> None:
    reader = FrameReader(b"mark")
    encoded = text.encode("utf-8", "replace")
    for start in range(0, len(encoded), 1 << 16):
        list(reader.feed(encoded[start : start + (1 << 16)]))


def _documents(text: str) -> None:
    find_tokens(text, markdown=True)


def _script(text: str) -> None:
    Reader().read("scripts/x.py", text, "project")


def _engine(text: str) -> None:
    Session().handle(text)


# Python's own compiler takes four times as long for twice as many functions of one name: its deadline ends that.
COMPILED = {shape: make for shape, make in SOURCES.items() if shape != "functions"}

READERS: dict[str, tuple[Callable[[str], object], dict[str, Make]]] = {
    "tokens": (_documents, DOCUMENTS),
    "plain tokens": (lambda text: find_tokens(text, markdown=False), DOCUMENTS),
    "params": (read_params, PARAMS),
    "header": (read_header, HEADERS),
    "complexity": (too_complex_at, SOURCES),
    "scripts": (_script, {**HEADERS, **COMPILED}),
    "depth": (lambda text: json_text.is_deeper(text, 64), MESSAGES),
    "messages": (_engine, MESSAGES),
    "frames": (_frames, MESSAGES),
}


@pytest.fixture(autouse=True, scope="module")
def _few_objects() -> Iterator[None]:
    """Keep what a whole run of tests holds out of the collector's sight: it looks before every cost."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def cost_s(read: Callable[[str], object], text: str, tries: int = TRIES) -> float:
    """Return processor seconds of reading *text*, at best; the collector sleeps, as it does in a job."""
    gc.collect()
    gc.disable()
    try:
        return min(_once_s(read, text) for _ in range(tries))
    finally:
        gc.enable()


def _once_s(read: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started


def worst_ratio(read: Callable[[str], object], make: Make) -> float:
    """Return how much more twice the text costs, at the worst of the sizes that can be measured."""
    worst, size = 0.0, SMALLEST
    before = cost_s(read, make(size))
    # What is not linear may leap over the time that is enough: one ratio at least is always taken.
    while size * 2 <= LARGEST and (before < ENOUGH_S or worst == 0.0):
        size *= 2
        now = cost_s(read, make(size))
        if before > WORTH_MEASURING_S:
            # Once more: a slow spell when the smaller text was read would hide what the larger one costs.
            ratio = now / min(before, cost_s(read, make(size // 2)))
            if ratio > MOST:
                ratio = min(ratio, confirmed_ratio(read, make(size // 2), make(size)))
            worst = max(worst, ratio)
            if ratio > MOST:
                break
        before = now
    return worst


def confirmed_ratio(read: Callable[[str], object], small: str, large: str) -> float:
    """Return the least ratio of several rounds; in each the texts take turns, so that a slow spell meets both."""
    least = float("inf")
    for _ in range(ROUNDS):
        pairs = [(cost_s(read, small, 1), cost_s(read, large, 1)) for _ in range(3)]
        least = min(least, min(after for _, after in pairs) / min(before for before, _ in pairs))
        if least <= MOST:
            break
    return least


def test_quadratic_time_is_noticed() -> None:
    def quadratic(text: str) -> None:
        for _ in range(0, len(text), 64):
            text.count("a")  # at every fourth place: each look costs by the length, and little else

    assert worst_ratio(quadratic, repeated("abcd")) > MOST


CASES = [
    pytest.param(read, make, id=f"{name}: {shape}")
    for name, (read, shapes) in READERS.items()
    for shape, make in shapes.items()
]


@pytest.mark.parametrize(("read", "make"), CASES)
def test_twice_the_text_costs_no_more_than_two_and_a_half_times(
    read: Callable[[str], object], make: Make
) -> None:
    assert worst_ratio(read, make) <= MOST


def test_many_keys_cost_what_the_standard_library_takes_for_them() -> None:
    """A dictionary that outgrows the processor's caches may cost three times as much for twice the keys.

    `json.loads` alone is over the limit then; so what is read is held against that too, at every size.
    """
    size = SMALLEST << 3
    while size <= LARGEST:
        text = MESSAGES["many keys"](size)
        rounds = [(cost_s(_engine, text, 1), cost_s(json.loads, text, 1)) for _ in range(ROUNDS)]
        assert min(ours for ours, _ in rounds) <= MOST * min(theirs for _, theirs in rounds), size
        size *= 2
