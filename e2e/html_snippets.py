"""HTML inside the policy, and close to its edge, for two sanitisers to agree on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pybridge import resources
from pybridge.html.policy import POLICY_FILE

_POLICY: dict[str, Any] = json.loads((resources.web_worker() / POLICY_FILE).read_text("utf-8"))
_VOID = set(_POLICY["voidTags"])
_FRAME = '<iframe src="https://www.youtube.com/embed/a"></iframe>'

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


def _attributes(tag: str) -> st.SearchStrategy[str]:
    own = _POLICY["attributes"].get(tag, [])
    names = st.sampled_from([*_POLICY["attributes"]["*"], *own, *own, *_NAMES])
    value = st.sampled_from(_VALUES)
    one = st.one_of(
        st.builds(' {}="{}"'.format, names, value),
        st.builds("\n{}='{}'".format, names, value),
        st.builds("  {}".format, names),
        st.builds(" {}={}".format, names, st.sampled_from(["x", "/a", "a:b"])),
    )
    return st.lists(one, max_size=2).map("".join)


def _element(tag: str, inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    if tag == "iframe":
        return st.just(_FRAME)
    attributes = _attributes(tag)
    if tag in _VOID:
        return st.builds("<{}{}{}>".format, st.just(tag), attributes, st.sampled_from(["", "/"]))
    return st.builds(
        lambda name, given, content: f"<{name}{given}>{content}</{name}>",
        st.sampled_from([tag, tag, tag, tag.upper()]),
        attributes,
        inside,
    )


def _elements(tags: Sequence[str], inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(tags).flatmap(lambda tag: _element(tag, inside))


_TEXT = st.lists(st.sampled_from(_TEXTS), max_size=2).map("".join)
_PHRASE = st.recursive(
    _TEXT, lambda inside: st.lists(_elements(_PHRASES, inside), max_size=2).map("".join)
)
_ANYTHING = _elements(_POLICY["tags"], st.one_of(_PHRASE, _elements(_POLICY["tags"], _PHRASE)))
_SNIPPETS = st.one_of(_elements(_PHRASES, _PHRASE), _ANYTHING, st.lists(_ANYTHING, max_size=2).map("".join))  # fmt: skip


def snippets(count: int) -> list[str]:
    """Return the distinct ones among *count*; the same every time."""
    found: dict[str, None] = {}

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(_SNIPPETS)
    def collect(html: str) -> None:
        found[html] = None

    collect()
    return list(found)
