"""Macro output in pages: nothing joins, blocks stay blocks."""

from __future__ import annotations

from typing import Any

import pytest

from pybridge.html.policy import html_policy
from pybridge.html.splice import finish_document, splice
from pybridge.pages.markdown import page_body
from pybridge.pages.page import IndexEntry, document_page, index_page


def macro(display: str = "inline", **result: str) -> dict[str, Any]:
    position = {"line": 1, "column": 1, "offset": 0}
    known = {"name": "m", "raw": "[[m]]", "position": position, "status": "ok"}
    return {**known, "display": display, "result": result}


def failed(message: str = "KeyError: 'a'") -> dict[str, Any]:
    error = {"code": "exception", "message": message}
    return {
        "name": "m",
        "raw": '[[m a="<"]]',
        "display": "inline",
        "status": "error",
        "error": error,
    }


def body(*pieces: str | dict[str, Any], preview: bool = False) -> str:
    macros = [piece for piece in pieces if not isinstance(piece, str)]
    numbers = iter(range(len(macros)))
    parts = [piece if isinstance(piece, str) else next(numbers) for piece in pieces]
    document = finish_document(
        {"parts": parts, "macros": macros, "warnings": [], "errors": []},
        html_policy(),
        preview=preview,
    )
    return page_body(document["parts"], document["macros"], html_policy(), preview=preview)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(["a *b* c\n"], "<p>a <em>b</em> c</p>\n", id="plain"),
        pytest.param(["---\ntitle: x\n---\nhi"], "<p>hi</p>\n", id="front-matter"),
        pytest.param(["---\r\ntitle: x\r\n---\r\nhi"], "<p>hi</p>\n", id="front-matter-crlf"),
        pytest.param(["---\n---\nhi"], "<p>hi</p>\n", id="empty-front-matter"),
        pytest.param(['+++\ntitle = "x"\n+++\nhi'], "<p>hi</p>\n", id="toml"),
        pytest.param(["----\nhi\n"], "<hr>\n<p>hi</p>\n", id="a-rule"),
        pytest.param(
            ["---\na: 1\n---", macro(html="<b>x</b>")],
            "<hr>\n<p>a: 1\n---<b>x</b></p>\n",
            id="a-macro-behind-a-fence",
        ),
        pytest.param(
            ["A ", macro(html="<b>1</b>"), " B"], "<p>A <b>1</b> B</p>\n", id="inline-html"
        ),
        pytest.param(
            ["**", macro(html="<i>1</i>"), "**"],
            "<p><strong><i>1</i></strong></p>\n",
            id="in-emphasis",
        ),
        pytest.param([macro("block", html="<div>1</div>")], "<div>1</div>\n", id="block-alone"),
        pytest.param(
            ["a\n", macro("block", html="<div>1</div>"), "\nb\n"],
            "<p>a</p>\n<div>1</div>\n<p>b</p>\n",
            id="block-between-lines",
        ),
        pytest.param(
            [macro("block", html="<b>1</b>"), "\n"], "<p><b>1</b></p>\n", id="inline-html-alone"
        ),
        pytest.param(
            ["- a\n  ", macro("block", html="<div>1</div>"), "\n- b\n"],
            "<ul>\n<li>\n<p>a</p>\n<div>1</div>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n",
            id="block-in-list",
        ),
        pytest.param(
            ["<div>\n", macro("block", html="<p>1</p>"), "\n</div>\n"],
            "<div>\n<p>1</p>\n</div>\n",
            id="block-in-html",
        ),
        pytest.param(
            ["a\n", macro("block", markdown="- b\n- c"), "\nd"],
            "<p>a</p>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n<p>d</p>\n",
            id="block-markdown",
        ),
        pytest.param(
            ["a ", macro(markdown="*b*"), " c"], "<p>a <em>b</em> c</p>\n", id="inline-markdown"
        ),
        pytest.param(["a ", macro(text="*<b>*"), " c"], "<p>a *&lt;b&gt;* c</p>\n", id="text"),
        pytest.param(
            ["[x](/a/", macro(text="b?c=1&d"), ")"],
            '<p><a href="/a/b?c=1&amp;d">x</a></p>\n',
            id="text-in-url",
        ),
        pytest.param(
            ["[x](", macro(text="javascript:alert(1)"), ")"],
            "<p><a>x</a></p>\n",
            id="text-script-url",
        ),
        pytest.param(
            ['<i title="', macro(html="<b>1</b>"), '">x</i>'],
            '<p><i title="">x</i></p>\n',
            id="html-in-attribute",
        ),
        pytest.param(["<!-- ", macro(html="<b>1</b>"), " -->"], "", id="html-in-comment"),
        pytest.param(["a", failed(), "b"], "<p>ab</p>\n", id="failed"),
        pytest.param(["x <script>alert(1)</script> y"], "<p>x  y</p>\n", id="documents-own-script"),
        pytest.param(
            ["pbm0x0z ", macro(html="<b>1</b>")],
            "<p>pbm0x0z <b>1</b></p>\n",
            id="looks-like-placeholder",
        ),
        pytest.param(
            ["&#112;bm0x0z ", macro(html="<b>1</b>")],
            "<p><b>1</b> <b>1</b></p>\n",
            id="forged-placeholder",
        ),
    ],
)
def test_page_body(pieces: list[Any], expected: str) -> None:
    assert body(*pieces) == expected


HALVES = ['<img src=x title="', '" onerror=alert(1) x="']


@pytest.mark.parametrize("kind", ["html", "markdown", "text"])
@pytest.mark.parametrize("between", ["", " ", "\n"])
def test_two_harmless_halves_do_not_join(kind: str, between: str) -> None:
    page = body(macro(**{kind: HALVES[0]}), between, macro(**{kind: HALVES[1]}))
    assert not any(
        "onerror" in tag
        for tag in page.split("<")[1:]
        if ">" in tag and "onerror" in tag.split(">")[0]
    )


def test_a_preview_shows_the_failed_macro() -> None:
    page = body("a ", failed("<x>"), " b", preview=True)
    assert (
        page
        == '<p>a <span class="macro-error" title="&lt;x&gt;">[[m a=&quot;&lt;&quot;]]</span> b</p>\n'
    )


def test_splice_escapes_text_and_leaves_markdown() -> None:
    macros = [macro(html="<b>1</b>"), macro(text="<&>\"'"), macro(markdown="*x*"), failed()]
    assert splice(["a", 0, 1, 2, 3, "z"], macros) == "a<b>1</b>&lt;&amp;&gt;&quot;&#39;*x*z"


def test_a_page_forbids_scripts_and_escapes_what_it_is_told() -> None:
    post = {"title": "<script>", "tags": ["<b>"]}
    page = document_page("<p>x</p>", html_policy(), name="a.md", post=post, language="de")
    assert "script-src &#39;none&#39;" in page
    assert '<html lang="de">' in page
    assert "<title>&lt;script&gt;</title>" in page
    assert "<script" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("post", "html", "title"),
    [
        pytest.param({"title": "T"}, "<h1>H</h1>", "T", id="front-matter-first"),
        pytest.param({}, "<h1>H <em>i</em></h1>", "H i", id="then-heading"),
        pytest.param({}, "<p>x</p>", "a.md", id="then-name"),
    ],
)
def test_title_of_a_page(post: dict[str, Any], html: str, title: str) -> None:
    page = document_page(html, html_policy(), name="a.md", post=post, language="en")
    assert f"<title>{title}</title>" in page


def test_the_index_lists_documents_and_errors() -> None:
    entries = [
        IndexEntry("a b.md", "A", "a b.html", 1, []),
        IndexEntry("c.md", "C", None, 2, ["c.md:1:1: broken\n→ 1 <x>"]),
    ]
    page = index_page(entries, title="Documents", language="en")
    assert 'href="a%20b.html"' in page
    assert "<pre>→ 1 &lt;x&gt;</pre>" in page
    assert 'class="wrong"' in page


def test_a_last_line_of_marks_alone_is_converted() -> None:
    assert "<blockquote>" in body(">- <style\n>")
