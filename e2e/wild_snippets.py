"""HTML that parsers and sanitisers read differently: unclosed, misnested, foreign, half-written, one snippet per seed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from pybridge import resources
from pybridge.html.policy import POLICY_FILE

_POLICY: dict[str, Any] = json.loads((resources.web_worker() / POLICY_FILE).read_text("utf-8"))

_TAGS = [
    *_POLICY["tags"],
    *("p", "b", "i", "a", "div", "span", "li", "ul", "td", "tr", "table", "svg", "math") * 4,
    *_POLICY["droppedWithContent"],
    *_POLICY["droppedInForeign"],
    *("annotation-xml", "mglyph", "malignmark", "font", "button", "body", "html", "form", "object", "applet"),
    *("head", "x-y", "image", "frameset", "base", "link", "nobr"),
    *("marquee", "listing", "menu", "dir", "center", "label", "fieldset", "keygen"),
]  # fmt: skip
_TEXTS = [
    *("x", "x", "x y", " ", "\n", "\r\n", "\t", "\f", "a & b", "&amp;", "&lt;b&gt;", "1 < 2", "a > b"),
    *("&copy", "&copy;", "&notit;", "&notin;", "&amp", "&ampx", "&#13;", "&#0;", "&#x80;", "&#xd800;"),
    *("&#9999999999;", "&#x1F682;", "&nbsp;", "\xa0", "é🚂", "\0", "\ufeff", "\u2028", "&NotEqualTilde;", "&;"),
    *("<", "</", "<!", "<?", "</ x>", "</>", "<!-- c -->", "<!-->", "<!--", "-->", "--!>", "<![CDATA[x]]>"),
    *("]]>", "<!doctype html>", "&#10;", "&NewLine;", "&lt/", "<a", '"', "'", "=", "/>", ">", "&#x110000;"),
]  # fmt: skip
_VALUES = [
    *("", "x", "1", "a b", "#f00", " trimmed ", "a\nb", "é", "/a.jpg", "#top", "?q=a:b", "//cdn.example/x"),
    *("https://example.org/a?b=1&amp;c", "https://example.org/?a=1&copy=2&lt", "HTTP://X.example/", "http:x"),
    *("mailto:a@b.example", "mailto://[", "tel:+41", "http://[", "https://a b/", "http://a:99999/", "https://"),
    *("https://xn--a/", "https://bücher.example/", "https://xn--bcher-kva.example/", "http://1.2.3.400/", "a:b"),
    *("http://u:p@h.example/", "https://[::1]/", "https:\\\\x", "https:/x", "java&#115;cript:x", "java\tscript:1"),
    *("&Tab;javascript&colon;x", "\x01javascript:x", "data:image/png;base64,x", "vbscript:x", "blob:x", "x1:y"),
    *("-->", "--&gt;", "]]&gt;", "&lt;/title", "</style", "&lt;b&gt;", "&rsqb;&gt;", "&quot;", "a&copyb", "&amp"),
    *("\u200b", "\xa0", "\ufeffx", "x\x7f:y", "&#0;", "\0", "&#13;", "0 0 24 24", "url(#a)", "checkbox", "`"),
    *("a.jpg 1x, b.jpg 2x", "a.jpg 300w,b.jpg 2x", "a, b:c 2x", "data:x 1x", ",a", "https://x.example/a 1.5x"),
    *("https://www.youtube.com/embed/a", "https://player.vimeo.com:1/", "https://a.example/\xad", "ht\ntps://a/"),
    *("https://-a.example/", "https://a_b.example/", "https://a..b/", "https://é/", "http://%61/", "mailto:a b"),
]  # fmt: skip
_FRAMES = [
    *("https://www.youtube.com/embed/a", "https://player.vimeo.com/video/ 12 ", "//youtu.be/a", "https://youtu.be"),
    *("https://www.youtube.com/embed/a b", "https://www.youtube.com/\t", "https://YOUTUBE.com/embed/é", "/own.html"),
    *("https://player.vimeo.com/video/a%20", "http://player.vimeo.com/", "https://evil.example/", "https:youtu.be/x"),
]  # fmt: skip
_PAINTS = [
    *("url(#a)", "url('#a')", "url( \"#a\" ) red", "url(https://a.example/#a)", "url( '//a.example/' )", "URL(a.png)"),
    *("rgb(1 2 3 / .5)", "color-mix(in srgb, red, url(//a))", "var(--a)", "src('//a')", "image-set('a' 1x)", "red"),
    *("\\75rl(//a)", "u\\72l(//a)", "url/**/(//a)", "url(#a) url(//a)", "url(\n#a)", "url(", "none", "currentColor"),
]  # fmt: skip
_WINDOWS = [
    *(
        "_blank",
        "_self",
        "_BLANK",
        "_top",
        "_parent",
        "_blank ",
        " _self",
        "_blan\u212a",
        "a",
        "",
        "opener",
        "OPENER",
    ),
    *(
        "noopener",
        "noopener opener",
        "nofollow\topener",
        "opener\xa0",
        "x,opener",
        "open&#101;r",
        "opener\x0b",
        "_blank\n",
    ),
]
"""For attributes that say which window a page may have a hold of."""
_AROUND = ["", " ", "\n", "\t", "\xa0", "&#32;", "\x01", "\u3000"]
_NAMES = [
    *_POLICY["attributes"]["*"],
    *("href", "src", "rel", "target", "cite", "poster", "srcset", "type", "disabled", "value", "viewBox", "xmlns", "alt", "d"),
    *("onclick", "style", "srcdoc", "is", "name", "xlink:href", "xml:lang", "formaction", "x", "=", "a'b", '"'),
    *("data-x", "data-X", "data-é", "data-É", "data-a.b", "data-", "data-a:b", "aria-label", "aria-é", "aria-"),
    *("translate", "datetime", "fill", "encoding", "definitionurl", "colspan", "data-\u3000", "data-\U0001f600"),
]  # fmt: skip
_SPACES = [" ", " ", " ", "\n", "\t", "\f", "/", "", "\r", "\x0b"]


def wild_snippets(count: int, seed: int) -> Iterator[str]:
    """Yield *count* snippets, the same for the same *seed*."""
    random = Random(seed)
    for _ in range(count):
        yield _snippet(random)


def _snippet(random: Random) -> str:
    tags = random.choices(_TAGS, k=random.randint(1, 4))  # few names, so that ends meet starts
    return "".join(_piece(random, tags) for _ in range(random.randint(1, 9)))


def _piece(random: Random, tags: list[str]) -> str:
    kind = random.random()
    if kind < 0.25:
        return random.choice(_TEXTS)
    tag = random.choice(tags) if random.random() < 0.8 else random.choice(_TAGS)
    name = tag if random.random() < 0.9 else random.choice([tag.upper(), tag + "\0", tag + "x"])
    if kind < 0.55:
        return f"</{name}{random.choice(['', '', '', '', ' ', '/', ' a=b'])}>"
    attributes = "".join(
        _attribute(random, tag) for _ in range(random.choice([0, 0, 0, 1, 1, 2, 3]))
    )
    return (
        f"<{name}{attributes}{random.choice(['>', '>', '>', '>', '>', '>', '/>', ' >', ' />', ''])}"
    )


def _attribute(random: Random, tag: str) -> str:
    own = _POLICY["attributes"].get(tag, [])
    name = random.choice(own) if own and random.random() < 0.5 else random.choice(_NAMES)
    if random.random() < 0.1:
        name = random.choice([name.upper(), name.capitalize()])
    value = random.choice(_own_values(tag, name))
    if random.random() < 0.1:
        value = random.choice(_AROUND) + value + random.choice(_AROUND)
    quotes = random.choice(['"', '"', '"', "'", "'", ""])
    equals = random.choice(["=", "=", "=", "=", " = ", "=\n", ""])
    written = f"{equals}{quotes}{value}{quotes}" if equals else ""
    return f"{random.choice(_SPACES)}{name}{written}"


def _own_values(tag: str, name: str) -> list[str]:
    if name in _POLICY["paintAttributes"]:
        return _PAINTS
    if name in _POLICY["refusedValues"]:
        return _WINDOWS
    return _FRAMES if tag == "iframe" and name == "src" else _VALUES
