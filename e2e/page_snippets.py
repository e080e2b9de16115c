"""Pages of elements that lose their content, with and without end tags, one snippet per seed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from pybridge import resources
from pybridge.html.policy import POLICY_FILE

_POLICY: dict[str, Any] = json.loads((resources.web_worker() / POLICY_FILE).read_text("utf-8"))

DROPPED: list[str] = [*_POLICY["droppedWithContent"], *_POLICY["droppedInForeign"], "iframe"]
_OTHERS = ["b", "p", "div", "li", "ul", "td", "table", "svg", "math", "a", "pre", "object", "x-y", "form"]  # fmt: skip
_WITHOUT_END = {"plaintext"}
_ATTRIBUTES = ["", "", "", " id=a", " onload=x", " title='>'", ' src="https://www.youtube.com/embed/a"', " x='", "\n"]  # fmt: skip


def page_snippets(count: int, seed: int) -> Iterator[str]:
    """Yield *count* snippets with tags of every kind: in mixed case, half-written, in values and comments."""
    random = Random(seed)
    for _ in range(count):
        names = random.choices(DROPPED, k=random.randint(1, 3)) + random.choices(_OTHERS, k=2)
        yield "".join(_piece(random, names) for _ in range(random.randint(1, 12)))


def _piece(random: Random, names: list[str]) -> str:
    name = _cased(random.choice(names), random)
    end = f"</{name}{random.choice(['>', '>', '>', ' >', '/>', ' a=1>', 'x>', '', chr(10)])}"
    start = (
        f"<{name}{random.choice(_ATTRIBUTES)}{random.choice(['>', '>', '>', '>', '/>', '', 'x>'])}"
    )
    kinds = [start] * 4 + [end] * 3 + ["w "] * 2
    active = f"<img src=x onerror=x title='{end}'>"
    return random.choice(
        [*kinds, active, f"<!-- {end} -->", f'<b title="{end}{start}">', "<!--", "-->"]
    )


def without_ends(count: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Yield snippets whose elements that lose their content have no end tag, and the words between their tags."""
    random = Random(seed)
    for _ in range(count):
        numbers, pieces, words = itertools.count(), [], []
        for name in random.choices(
            [*DROPPED, "b", "p", "i", "/b", "/p", "div", "svg", "math"], k=8
        ):
            attribute = random.choice(["", " x", " x='</select></template>'"])
            word = f"w{next(numbers)}w"
            words.append(word)
            pieces.append(f"<{_cased(name, random)}{'' if name[0] == '/' else attribute}>{word}")
        yield "".join(pieces), words


def well_nested(count: int, seed: int) -> Iterator[str]:
    """Yield snippets in which every element has its end tag."""
    random = Random(seed)
    for _ in range(count):
        yield "".join(_element(random, 3) for _ in range(random.randint(1, 3)))


def _element(random: Random, depth: int) -> str:
    names = [name for name in DROPPED if name not in _WITHOUT_END]
    name = random.choice([*names, "b", "i", "div", "span", "x-y"])
    inside: Callable[[], str] = lambda: _element(random, depth - 1)  # noqa: E731 – a choice of texts
    content = "w" if depth == 0 else "".join(inside() for _ in range(random.randint(0, 2)))
    if name in _POLICY["rawTextTags"]:
        content = random.choice(["", "w", "<b>", "<!-- w", "<select>"])
    return f"w<{_cased(name, random)}>{content}</{_cased(name, random)}>w"


def _cased(name: str, random: Random) -> str:
    return random.choice([name, name, name.lower(), name.upper(), name.title()])
