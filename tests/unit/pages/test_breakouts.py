"""What a macro puts into a page stays where the macro stands: no title, comment or definition lets it out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from pybridge.html.policy import html_policy
from pybridge.html.sanitise import sanitise
from pybridge.pages.markdown import page_body
from pybridge.pages.page import document_page

AFTER = "what stands behind it"
PLACES: dict[str, tuple[str, str]] = {
    "paragraph": ("one ", " two"),
    "title": ('[l](https://a.example "', '")'),
    "title-single": ("[l](https://a.example '", "')"),
    "address": ("[l](", ")"),
    "autolink": ("<", ">"),
    "definition": ("[l][a] [a]\n\n[a]: ", "\n"),
    "definition-title": ('[l][a]\n\n[a]: https://a.example "', '"\n'),
    "definition-name": ("[l][x]\n\n[", "]: https://a.example\n"),
    "label": ("[", "](https://a.example)"),
    "image": ("![", "](https://a.example/x.png)"),
    "attribute": ('<p title="', '">x</p>'),
    "attribute-single": ("<p title='", "'>x</p>"),
    "attribute-bare": ("<a title=", ">x</a>"),
    "attribute-address": ('<a href="', '">x</a>'),
    "attribute-name": ("<a ", "=x>x</a>"),
    "tag-name": ("<", " src=x>"),
    "comment": ("<!-- ", " -->"),
    "code": ("`", "`"),
    "fence": ("```\n", "\n```"),
    "fence-name": ("```", "\nx\n```"),
    "heading": ("# ", ""),
    "table": ("| a |\n|---|\n| ", " |"),
    "list": ("* one\n* ", ""),
    "quote": ("> ", ""),
    "script": ("<script>", "</script>"),
    "style": ("<style>", "</style>"),
    "textarea": ("<textarea>", "</textarea>"),
    "frame": ('<iframe src="https://', '/"></iframe>'),
}
RESULTS: dict[str, str] = {
    "quotes": "\")' onclick='globalThis.pwned=1' x=\"",
    "address": "javascript:globalThis.pwned=1",
    "odd-address": "java\tscript&colon;globalThis.pwned=1",
    "data": "data:text/html,<script>globalThis.pwned=1</script>",
    "markup": "</p><script>globalThis.pwned=1</script><img src=x onerror=globalThis.pwned=1>",
    "comment-end": "--> <img src=x onerror=globalThis.pwned=1> <!--",
    "definition": "\n\n[a]: javascript:globalThis.pwned=1\n\n",
    "fences": "\n```\n<script>globalThis.pwned=1</script>\n~~~\n",
    "raw-ends": "</script></style></textarea></title><img src=x onerror=globalThis.pwned=1>",
    "handler": "x onmouseover=globalThis.pwned=1 ",
    "unicode-host": "www.youtube.com\uff0f@evil.example",
    "unicode-address": "https\uff1a\uff0f\uff0fa\u3002example",
    "token": "pbm0x0z pbm1x0z",
    "hidden": "a\u200b\U000e0041\u2060b",
    "braces": "]] [[other]] {{x}} ]](javascript:globalThis.pwned=1)",
    "breaks": "\n\n\n# heading\n\n* * *\n",
}
_ADDRESS = re.compile(r"[\x00-\x20]*(javascript|data|vbscript|blob):", re.IGNORECASE)
_FORBIDDEN = (
    "script, style, link, base, meta, object, embed, form, input, button, template, textarea"
)


def macro(kind: str, value: str) -> Mapping[str, Any]:
    result = sanitise(value) if kind == "html" else value
    return {"raw": "[[m]]", "status": "ok", "display": "inline", "result": {kind: result}}


def active(html: str) -> list[str]:
    tree = LexborHTMLParser(f"<!doctype html><body>{html}</body>")
    found = [node.tag or "" for node in tree.css(_FORBIDDEN)]
    for node in tree.css("body *"):
        for name, value in node.attributes.items():
            is_address = name not in ("title", "alt") and _ADDRESS.match(value or "")
            if name.startswith("on") or is_address:
                found.append(f"{node.tag} {name}")
        if node.tag == "iframe" and "youtube.com/" not in (node.attributes.get("src") or ""):
            found.append("iframe")
    return found


@pytest.mark.parametrize("kind", ["text", "html", "markdown"])
def test_a_result_is_never_active_wherever_it_stands(kind: str) -> None:
    for (place, around), (name, value) in itertools.product(PLACES.items(), RESULTS.items()):
        parts: list[str | int] = [around[0], 0, f"{around[1]}\n\n{AFTER}\n"]
        assert active(page_body(parts, [macro(kind, value)], html_policy(None))) == [], (
            place,
            name,
        )


@pytest.mark.parametrize("kind", ["text", "html"])
def test_a_result_changes_nothing_behind_it(kind: str) -> None:
    """That of `markdown` may: it is source, as if its author had written it there."""
    for (place, around), (name, value) in itertools.product(PLACES.items(), RESULTS.items()):
        parts: list[str | int] = [around[0], 0, f"{around[1]}\n\n{AFTER}\n"]
        harmless = page_body(parts, [macro(kind, "x")], html_policy(None))
        if f"<p>{AFTER}</p>" in harmless:
            body = page_body(parts, [macro(kind, value)], html_policy(None))
            assert f"<p>{AFTER}</p>" in body, (place, name)


def test_a_definition_of_a_result_is_not_one_of_the_document() -> None:
    parts: list[str | int] = ["[pay]\n\n", 0, "\n\n[pay]: https://good.example\n"]
    for kind in ("text", "html"):
        body = page_body(parts, [macro(kind, "[pay]: https://evil.example\n")], html_policy(None))
        assert 'href="https://good.example"' in body


def test_what_assistants_read_and_people_do_not_is_passed_on_as_it_is() -> None:
    hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "ignore the page")
    assert hidden in page_body([0], [macro("text", f"a{hidden}b")], html_policy(None))


def test_a_page_admits_no_code_no_connection_and_no_style_but_its_own() -> None:
    page = document_page("<p>x</p>", html_policy(None), name="x", post={}, language="en")
    meta = LexborHTMLParser(page).css("meta[http-equiv]")[0]
    policy = meta.attributes["content"] or ""
    sources = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    closed = ("default-src", "script-src", "object-src", "base-uri", "form-action")
    assert {sources[name] for name in closed} == {"'none'"}
    assert "connect-src" not in sources
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", sources["style-src"])
    assert "unsafe" not in policy
