"""What macros return cannot run, alone or joined."""

from __future__ import annotations

import json
import re
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


HALF_PAIR = re.compile("[\ud800-\udfff]")
CASES = Path(__file__).parents[1] / "tests" / "sanitiser_cases.json"


def test_both_hosts_sanitise_to_the_same_bytes(host: Host) -> None:
    """The page and Python work under one policy file. Half a surrogate pair never comes out of the engine."""
    cases = [html for html in json.loads(CASES.read_text("utf-8")) if not HALF_PAIR.search(html)]
    load_echo(host)
    outcomes = host.do("calls", calls=[call("echo", x=html) for html in cases])
    in_page = {
        html: outcome["result"]["html"] for html, outcome in zip(cases, outcomes, strict=True)
    }
    assert in_page == {html: sanitise(html) for html in cases}


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
