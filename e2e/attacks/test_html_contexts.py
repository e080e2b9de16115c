"""Attacks where they are put: in halves, in bodies, in attributes, in comments, as text, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from e2e.attacks.test_html import CASES, judged, named
from e2e.conftest import Host, OpenHost
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import sanitise
from pybridge.pages.markdown import page_body

POLICY = html_policy()

OUTSIDE = """([texts, tags, table, prefix]) => texts.map((text) => {
  const { head, body } = new DOMParser().parseFromString(`<!DOCTYPE html><body>${text}</body>`, "text/html");
  const names = new RegExp(prefix);
  return [...head.children, ...body.querySelectorAll("*")].flatMap((node) => {
    if (!tags.includes(node.localName)) return [node.localName];
    const own = [...table["*"], ...(table[node.localName] ?? [])].map((name) => name.toLowerCase());
    return [...node.attributes]
      .filter(({ name }) => !own.includes(name.toLowerCase()) && !names.test(name))
      .map(({ name }) => `${node.localName} ${name}`);
  });
})"""
"""What the browser finds of elements and attributes that the policy does not list."""

AROUND = {
    "alone": ("", ""),
    "paragraph": ("a ", " b"),
    "attribute": ('<b title="', '">x</b>'),
    "attribute-single": ("<b title='", "'>x</b>"),
    "attribute-unquoted": ("<b title=", ">x</b>"),
    "tag": ("<b ", ">x</b>"),
    "comment": ("<!-- ", " -->"),
    "svg": ("<svg><text>", "</text></svg>"),
    "style": ("<style>", "</style>"),
    "textarea": ("<textarea>", "</textarea>"),
    "select": ("<select><option>", "</option></select>"),
    "table": ("<table><tr><td>", "</td></tr></table>"),
    "foster": ("<table>", "</table>"),
    "link": ("[x](", ")"),
    "reference": ("[x]\n\n[x]: ", "\n"),
    "autolink": ("<https://x.example/", ">"),
    "image": ("![", "](/x.png)"),
    "code": ("`", "`"),
    "fence": ("```html\n", "\n```\n"),
    "heading": ("# ", "\n"),
    "list": ("* ", "\n* b\n"),
}
"""What an author may have written on both sides of a macro."""

SCRIPTS = {
    key + kind: f"def render(context):\n    return {{{kind!r}: context['data'][{key!r}]}}\n"
    for key in "ab"
    for kind in ("html", "text")
} | {
    "wrap": "BODY = True\n\n\ndef render(context):\n    return {'html': f\"<section>{context['body']}</section>\"}\n"
}


@pytest.fixture(scope="module")
def page(open_lasting_host: OpenHost) -> Host:
    host = open_lasting_host()
    host.do("start", spares=0)
    host.load(**SCRIPTS)
    return host


def outside(page: Host, texts: dict[str, str]) -> dict[str, Any]:
    """Return what is outside the policy in the texts, by name."""
    table = {tag: sorted(names) for tag, names in POLICY.attributes.items()}
    distinct = list(dict.fromkeys(texts.values()))
    given = [distinct, sorted(POLICY.tags), table, POLICY.prefixed_names.pattern]
    given[3] = r"^(?:data-|aria-)"
    found = page.page.evaluate(OUTSIDE, given)
    return named(texts, dict(zip(distinct, found, strict=True)))


def macro(**result: str) -> dict[str, Any]:
    return {"name": "m", "raw": "[[m]]", "display": "inline", "status": "ok", "result": result}


def halves(html: str) -> Iterator[tuple[str, str]]:
    """Cut a text in two, in a few places: before tags, inside of them, in the middle."""
    brackets = [at for at, character in enumerate(html) if character in "<>\"'="]
    for at in sorted({len(html) // 2, *brackets[1:6]}):
        yield html[:at], html[at:]


@pytest.mark.parametrize("kind", ["html", "text", "markdown"])
def test_in_a_finished_page_nothing_is_active_wherever_a_macro_stands(
    page: Host, kind: str
) -> None:
    pages = {
        f"{name} in {place}": page_body(
            [before, 0, after],
            [macro(**{kind: sanitise(html) if kind == "html" else html})],
            POLICY,
        )
        for name, html in CASES.items()
        for place, (before, after) in AROUND.items()
    }
    assert judged(page, pages) == {}
    assert outside(page, pages) == {}


@pytest.mark.parametrize("kind", ["html", "text", "markdown"])
def test_in_a_finished_page_halves_of_two_macros_do_not_join(page: Host, kind: str) -> None:
    pages = {}
    for name, html in CASES.items():
        for first, second in halves(html):
            both = (sanitise(first), sanitise(second)) if kind == "html" else (first, second)
            macros = [macro(**{kind: half}) for half in both]
            pages[f"{name}: {first} | {second}"] = page_body(["a ", 0, 1, " b"], macros, POLICY)
    assert judged(page, pages) == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[[ahtml]][[bhtml]]", id="html"),
        pytest.param("[[atext]][[btext]]", id="text"),
        pytest.param("[[ahtml]][[btext]]", id="html-and-text"),
        pytest.param("[[wrap]][[ahtml]][[bhtml]][[/wrap]]", id="in-a-body"),
        pytest.param("[[wrap]][[ahtml]][[/wrap]][[bhtml]]", id="out-of-a-body"),
    ],
)
def test_in_the_page_halves_of_two_macros_do_not_join(page: Host, text: str) -> None:
    cut = [(name, *pair) for name, html in CASES.items() for pair in halves(html)]
    documents = [{"text": text, "data": {"a": first, "b": second}} for _, first, second in cut]
    rendered = page.do("documents", documents=documents, shared={})
    texts = {
        f"{name}: {first} | {second}": document["output"]
        for (name, first, second), document in zip(cut, rendered, strict=True)
    }
    assert judged(page, texts) == {}
    assert outside(page, texts) == {}
