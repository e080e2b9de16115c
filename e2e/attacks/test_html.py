"""HTML that changes when it is parsed again: after the sanitiser it holds nothing active, alone or joined."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Host, OpenHost, call
from pybridge.html.sanitise import sanitise

CASES: dict[str, str] = {
    name: html
    for file in ("mutation_xss.json", "html_tricks.json")
    for name, html in json.loads(Path(__file__).with_name(file).read_text("utf-8")).items()
}
HALVES = [
    name for name in CASES if name.startswith(("half-", "unclosed", "iframe-content", "comment"))
]

ORACLE = """async (texts) => {
  const ACTIVE = "script, object, embed, base, meta, link, form, style, template, noscript, textarea, foreignObject, annotation-xml, mglyph, maction, animate, set, use";
  const URLS = /^[\\u0000-\\u0020]*(j\\s*a\\s*v\\s*a|v\\s*b)\\s*s\\s*c\\s*r\\s*i\\s*p\\s*t\\s*:|^\\s*(data|blob|filesystem):/i;
  const FRAMES = /^https:\\/\\/(www\\.youtube\\.com|www\\.youtube-nocookie\\.com|player\\.vimeo\\.com)(\\/|$)/;
  // A form's fields may stand in the way of its own properties.
  const attributesOf = Object.getOwnPropertyDescriptor(Element.prototype, "attributes").get;
  const blocked = [];
  const note = (event) => {
    if (event.effectiveDirective.startsWith("script-src")) blocked.push(event.effectiveDirective);
  };
  document.addEventListener("securitypolicyviolation", note);
  const verdicts = [];
  for (const text of texts) {
    const found = [];
    // As it is, and after a parser has written it down once more.
    let html = text;
    for (let round = 0; round < 3; round += 1) {
      const { body, head } = new DOMParser().parseFromString(`<!DOCTYPE html><body>${html}</body>`, "text/html");
      for (const node of [...head.querySelectorAll("*"), ...body.querySelectorAll("*")]) {
        if (Element.prototype.matches.call(node, ACTIVE)) found.push(node.localName);
        for (const { name, value } of attributesOf.call(node)) {
          if (/^on/i.test(name) || ["srcdoc", "style", "formaction", "action", "is"].includes(name)) found.push(`${node.localName} ${name}`);
          if (name === "srcset" && /:/.test(value.replaceAll(/https?:\\/\\//gi, ""))) found.push(`srcset=${value}`);
          if (URLS.test(value) && !["title", "alt"].includes(name)) found.push(`${name}=${value}`);
          if (node.localName === "iframe" && name === "src" && !FRAMES.test(value)) found.push(`frame ${value}`);
        }
      }
      const box = document.createElement("div");
      box.innerHTML = html;
      // What is written down as it was read is read the same again.
      if (box.innerHTML === html) break;
      html = box.innerHTML;
    }
    verdicts.push(found);
  }
  // And alive: the page's policy reports whatever would have run.
  for (let first = 0; first < texts.length; first += 500) {
    const alive = texts.slice(first, first + 500).map((text) => {
      const live = document.createElement("div");
      document.body.append(live);
      live.innerHTML = text;
      return live;
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (const live of alive) live.remove();
  }
  document.removeEventListener("securitypolicyviolation", note);
  return { verdicts, blocked, pwned: globalThis.pwned ?? null };
}"""


@pytest.fixture(scope="module")
def page(open_lasting_host: OpenHost) -> Host:
    host = open_lasting_host()
    host.do("start", spares=0)
    source = "def render(context):\n    return {'html': context['params']['x']}\n"
    host.do("load", scripts=[{"path": "scripts/echo.py", "content": source}])
    return host


@pytest.fixture(scope="module")
def cleaned(page: Host) -> dict[str, str]:
    """What the page's sanitiser makes of each case."""
    outcomes = page.do("calls", calls=[call("echo", x=html) for html in CASES.values()])
    return {name: each["result"]["html"] for name, each in zip(CASES, outcomes, strict=True)}


def judged(page: Host, texts: dict[str, str]) -> dict[str, Any]:
    """Return what is active in the texts, by name; the page's own policy has a say."""
    distinct = list(dict.fromkeys(texts.values()))
    seen = page.page.evaluate(ORACLE, distinct)
    assert seen["blocked"] == []
    assert seen["pwned"] is None
    return named(texts, dict(zip(distinct, seen["verdicts"], strict=True)))


def named(texts: dict[str, str], found: dict[str, Any]) -> dict[str, Any]:
    """Return what was found in the texts, if anything, by name; many places give the same text."""
    return {name: found[text] for name, text in texts.items() if found[text]}


def test_nothing_active_is_left_by_the_page(page: Host, cleaned: dict[str, str]) -> None:
    assert judged(page, cleaned) == {}


def test_nothing_active_is_left_by_python(page: Host) -> None:
    assert judged(page, {name: sanitise(html) for name, html in CASES.items()}) == {}


def test_no_two_of_them_join_into_something_active(page: Host, cleaned: dict[str, str]) -> None:
    pairs = {f"{one} + {two}": cleaned[one] + cleaned[two] for one, two in product(HALVES, CASES)}
    assert judged(page, pairs) == {}


def test_both_sanitisers_keep_the_same(cleaned: dict[str, str]) -> None:
    kept = {name for name, html in CASES.items() if cleaned[name] == html}
    assert {name for name, html in CASES.items() if sanitise(html) == html} == kept


def test_the_oracle_sees_what_is_active(page: Host) -> None:
    """Unsanitised, most of the corpus is active: else the verdicts above would say little."""
    seen = page.page.evaluate(ORACLE, list(CASES.values()))
    assert sum(bool(found) for found in seen["verdicts"]) > len(CASES) * 0.6
