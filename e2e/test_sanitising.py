"""What macros return cannot run, alone or joined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Host, call
from e2e.html_snippets import snippets
from pybridge.html.sanitise import sanitise

HALVES = ['<img src=x title="', '" onerror="globalThis.pwned = 1" x="']

ACTIVE = [
    "<script>globalThis.pwned = 1</script>",
    "<img src=x onerror='globalThis.pwned = 1'>",
    "<svg onload='globalThis.pwned = 1'></svg>",
    "<a href='javascript:globalThis.pwned = 1'>x</a>",
    "<iframe srcdoc='<script>parent.pwned = 1</script>'></iframe>",
    "<iframe src='https://example.com/'></iframe>",
    "<iframe src='javascript:parent.pwned = 1'></iframe>",
    "<form action='https://example.com/'><button>x</button></form>",
    "<base href='https://example.com/'>",
    "<meta http-equiv='refresh' content='0;url=https://example.com/'>",
    "<style>@import url(https://example.com/)</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror='globalThis.pwned = 1'></style></mglyph></table></mtext></math>",
    "<svg><style><img src=x onerror='globalThis.pwned = 1'></style></svg>",
    "<noscript><p title='</noscript><img src=x onerror=globalThis.pwned=1>'></noscript>",
    "<template><img src=x onerror='globalThis.pwned = 1'></template>",
    "<div style='background:url(javascript:globalThis.pwned=1)'>x</div>",
]

OBSERVE = """(html) => {
  const found = new DOMParser().parseFromString(html, "text/html");
  const all = [...found.querySelectorAll("*")];
  return {
    scripts: all.filter((node) => ["SCRIPT", "OBJECT", "EMBED", "BASE", "META", "FORM", "STYLE"].includes(node.nodeName)).length,
    handlers: all.flatMap((node) => [...node.attributes]).filter(({ name }) => name.startsWith("on") || name === "srcdoc").length,
    urls: all.flatMap((node) => [...node.attributes]).filter(({ value }) => /^\\s*(javascript|data):/i.test(value)).length,
    frames: all.filter((node) => node.nodeName === "IFRAME").map((node) => node.getAttribute("src")),
  };
}"""

INERT: dict[str, Any] = {"scripts": 0, "handlers": 0, "urls": 0}


def load_echo(host: Host, key: str = "html") -> None:
    host.load(echo=f"def render(context):\n    return {{'{key}': context['params']['x']}}\n")


@pytest.mark.parametrize("html", ACTIVE)
def test_active_content_is_removed(host: Host, html: str) -> None:
    load_echo(host)
    cleaned = host.call("echo", x=html)["result"]["html"]
    seen = host.page.evaluate(OBSERVE, cleaned)
    assert {name: seen[name] for name in INERT} == INERT
    assert [source for source in seen["frames"] if source] == []


@pytest.mark.parametrize("key", ["html", "text"])
def test_two_harmless_halves_do_not_join(host: Host, key: str) -> None:
    first, second = (f"def render(context):\n    return {{'{key}': {half!r}}}\n" for half in HALVES)
    host.load(first=first, second=second)
    (document,) = host.do("documents", documents=[{"text": "[[first]][[second]]"}], shared={})
    seen = host.page.evaluate(OBSERVE, document["output"])
    assert {name: seen[name] for name in INERT} == INERT


def test_self_contained_html_keeps_its_bytes(host: Host) -> None:
    load_echo(host)
    html = "<p  class='a' >one<br/>two &amp; three</p><p>four"
    kept = "<p  class='a' >one<br/>two &amp; three</p>"
    assert host.call("echo", x=kept)["result"]["html"] == kept
    assert (
        host.call("echo", x=html)["result"]["html"]
        == '<p class="a">one<br>two &amp; three</p><p>four</p>'
    )


def test_an_embedded_video_stays(host: Host) -> None:
    outcome = host.call("youtube", id="abc123")
    assert 'src="https://www.youtube.com/embed/abc123?rel=0"' in outcome["result"]["html"]


CASES = Path(__file__).parents[1] / "tests" / "sanitiser_cases.json"


def test_both_hosts_sanitise_to_the_same_bytes(host: Host) -> None:
    """DOMPurify in the page and nh3 in Python work under one policy file."""
    cases = json.loads(CASES.read_text("utf-8"))
    load_echo(host)
    outcomes = host.do("calls", calls=[call("echo", x=html) for html in cases])
    in_page = {
        html: outcome["result"]["html"] for html, outcome in zip(cases, outcomes, strict=True)
    }
    assert in_page == {html: sanitise(html) for html in cases}


FUZZ = """([pieces, seed, count]) => {
  // A small generator of its own, so that a seed names a run.
  let state = seed;
  const next = (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(9) }, () => pieces[next(pieces.length)]).join(""));
}"""

PIECES = [
    *(
        "<b>x</b>",
        "<p>y &amp; z</p>",
        "<div class='a'>q</div>",
        '<a href="/a?b=1">l</a>',
        "<ul><li>1</li></ul>",
    )
    * 6,
    *(
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<i>",
        "</i>",
        '<a href="/x">',
        "</a>",
        "<br>",
        "<br/>",
    ),
    *(
        '<img src="x" alt="y">',
        '<img src="x"',
        ' onerror="y"',
        ">",
        '"',
        "&amp;",
        "&lt",
        "<",
        "text",
        " ",
    ),
    *(
        '<span class="a" title="b">',
        "</span>",
        "<td>",
        "</td>",
        "<li>",
        "</li>",
        "<svg>",
        "</svg>",
        "<h1>",
        "</h1>",
    ),
    *(
        '<iframe src="https://www.youtube.com/embed/a"></iframe>',
        '<section id="a">',
        "</section>",
        "\n",
        "javascript:",
    ),
    *(
        '<a href="javascript:x">',
        "<code>",
        "</code>",
        '<em lang="en">',
        "</em>",
        "<!--",
        "-->",
        "<s",
        "<figure>",
        "</figure>",
    ),
    *(
        '<q cite="http://a/b">',
        "</q>",
        '<time datetime="2024-01-01">',
        "</time>",
        '<b a:b="c">',
        '<a href="a b">',
    ),
]


def test_the_cheap_way_is_never_more_generous_than_the_sanitiser(host: Host) -> None:
    """What is plain skips DOMPurify in the page; Python's host has no such way, and must agree."""
    load_echo(host)
    fragments: list[str] = host.page.evaluate(FUZZ, [PIECES, 7, 6000])
    outcomes = host.do("calls", calls=[call("echo", x=html) for html in fragments])
    in_page = {
        html: outcome["result"]["html"] for html, outcome in zip(fragments, outcomes, strict=True)
    }
    kept = {html for html, found in in_page.items() if found == html}
    kept_by_python = {html for html in in_page if sanitise(html) == html}
    assert kept == kept_by_python
    assert sum("<" in html for html in kept) > 100, "the fuzz must reach what is kept"


def test_both_hosts_keep_and_clean_thousands_of_snippets_alike(host: Host) -> None:
    """Drawn from the policy itself: every tag, every attribute, values up to its edge."""
    load_echo(host)
    texts = snippets(3000)
    outcomes = host.do("calls", calls=[call("echo", x=html) for html in texts])
    in_page = {
        html: outcome["result"]["html"] for html, outcome in zip(texts, outcomes, strict=True)
    }
    assert in_page == {html: sanitise(html) for html in texts}
    kept = sum("<" in html for html, found in in_page.items() if found == html)
    assert len(texts) > 2000
    assert kept > 600, "the snippets must reach what is kept"
