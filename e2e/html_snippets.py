"""HTML inside the policy, and close to its edge, for two sanitisers to agree on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from pybridge import resources
from pybridge.html.policy import POLICY_FILE

_POLICY: dict[str, Any] = json.loads((resources.web_worker() / POLICY_FILE).read_text("utf-8"))
_VOID = set(_POLICY["voidTags"])
_FRAMES = [
    '<iframe src="https://www.youtube.com/embed/a"></iframe>',
    '<iframe src=" https://player.vimeo.com/video/ 12 " allowfullscreen></iframe>',
]

_PHRASES = [
    "abbr",
    "b",
    "bdi",
    "cite",
    "code",
    "data",
    "em",
    "i",
    "kbd",
    "mark",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "time",
    "u",
    "var",
]
_TEXTS = ["x", " ", "\n", "\r\n", "\t", "a &amp; b", "a & b", "&lt;p&gt;", "1 < 2", "a > b", "&copy", "é🚂", "&nbsp;", "&#13;", "&#0;"]  # fmt: skip
_VALUES = [
    *("", "x", "1", "a b", "100%", "#f00", " trimmed ", "a\nb", "é", "🚂", "true", "2024-01-01"),
    *("/a.jpg", "#top", "?q=a:b", "a/b:c", "//cdn.example/x", "https://example.org/a?b=1&amp;c"),
    *("HTTP://X.example/", "mailto:a@b.example", "tel:+41", "http:x", "http://[", "https://a b/"),
    *("http://a:99999/", "https://", "a:b", "x1:y", "+a:b", "data:x", "java&#115;cript:x"),
    *("-->", "--&gt;", "]]&gt;", "&lt;/title", "&lt;b&gt;", "&rsqb;&gt;", "<b>", "&quot;", "a&copyb"),
    *("\u200b", "\u00a0", "\ufeffx", "x\u007f:y", "&#0;", "&#xd800;", "0 0 24 24", "url(#a)"),
]  # fmt: skip
_NAMES = ["data-x", "data-X", "data-a.b", "data-é", "data-É", "data-", "data-a:b", "aria-label", "aria-é", "aria-x.y"]  # fmt: skip


def _attributes(tag: str, random: Random) -> str:
    own = _POLICY["attributes"].get(tag, [])
    names = [*_POLICY["attributes"]["*"], *own, *own, *_NAMES]
    return "".join(_attribute(random.choice(names), random) for _ in range(random.randint(0, 2)))


def _attribute(name: str, random: Random) -> str:
    value = random.choice(_VALUES)
    bare = random.choice(["x", "/a", "a:b"])
    return random.choice(
        [f' {name}="{value}"', f"\n{name}='{value}'", f"  {name}", f" {name}={bare}"]
    )


def _element(tags: Sequence[str], random: Random, inside: Callable[[Random], str]) -> str:
    tag = random.choice(tags)
    if tag == "iframe":
        return random.choice(_FRAMES)
    attributes = _attributes(tag, random)
    if tag in _VOID:
        return f"<{tag}{attributes}{random.choice(['', '/'])}>"
    name = random.choice([tag, tag, tag, tag.upper()])
    return f"<{name}{attributes}>{inside(random)}</{name}>"


def _text(random: Random) -> str:
    return "".join(random.choices(_TEXTS, k=random.randint(0, 2)))


def _phrase(random: Random) -> str:
    """Return a text, or up to two elements with phrases in them."""
    if random.random() < 0.5:
        return _text(random)
    return "".join(_element(_PHRASES, random, _phrase) for _ in range(random.randint(0, 2)))


def _anything(random: Random) -> str:
    def inside(random: Random) -> str:
        if random.random() < 0.5:
            return _phrase(random)
        return _element(_POLICY["tags"], random, _phrase)

    return _element(_POLICY["tags"], random, inside)


def _several(random: Random) -> str:
    return "".join(_anything(random) for _ in range(random.randint(0, 2)))


def snippets(count: int) -> list[str]:
    """Return the distinct ones among *count*; the same every time."""
    random = Random(7)
    kinds = [lambda random: _element(_PHRASES, random, _phrase), _anything, _several]
    return list(dict.fromkeys(random.choice(kinds)(random) for _ in range(count)))
