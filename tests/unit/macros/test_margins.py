"""An output of several lines stays in the list item, quote, table row or heading that its macro stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest
from markdown_it import MarkdownIt

from pybridge.html.policy import html_policy
from pybridge.html.splice import finish_document
from pybridge.macros.jobs.placement import in_one_line
from pybridge.macros.syntax.cursor import QUOTE
from pybridge.macros.syntax.margins import Margins
from pybridge.pages.markdown import page_body
from tests.amounts import amount
from tests.golden.cases import Dom
from tests.growth import LINEAR, growth
from tests.unit.macros.host import Host, Json
from tests.unit.macros.random_markdown import make_markdown

TEXTS = amount(2000, 50_000)
PLACES = amount(300, 10_000)
CONVERTER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MACRO = re.compile(r"\[\[(m\d+)\]\]")
STEPS = "1. one\n2. two\n   - three\n\n   ```\n   four\n   ```\n\n3. five"
"""Markdown of several blocks."""
SCRIPTS = {
    "steps": f"def render(context):\n    return {{'markdown': {STEPS!r}}}\n",
    "given": "def render(context):\n    return {context['params']['kind']: context['data']['output']}\nNEEDS = ['output']\n",
    "box": "BODY = True\ndef render(context):\n    return {'html': '<div>' + context['body'] + '</div>'}\n",
    "body": "BODY = True\ndef render(context):\n    return {'text': repr(context['body'])}\n",
    "fail": "def render(context):\n    raise ValueError('no')\n",
}


@pytest.fixture(scope="module")
def host() -> Host:
    made = Host()
    made.load(**SCRIPTS)
    return made


def rendered(host: Host, text: str, **fields: object) -> Json:
    document = host.document(text, **fields)
    return finish_document(document, html_policy(), preview=bool(fields.get("env")))


def output(host: Host, text: str, **fields: object) -> str:
    return str(rendered(host, text, **fields)["output"])


def indented(text: str, margin: str) -> str:
    lines = text.split("\n")
    return "\n".join([lines[0], *((margin + line).rstrip(" \t") for line in lines[1:])])


@pytest.mark.parametrize(
    ("before", "margin", "after"),
    [
        pytest.param("- item\n\n  ", "  ", "\n\n- item", id="item"),
        pytest.param("- item\n\n    ", "    ", "\n\n- item", id="item indented by four"),
        pytest.param("- ", "  ", "\n- item", id="begins an item"),
        pytest.param("- see ", "  ", " here\n- item", id="within the text of an item"),
        pytest.param("- item\n  more ", "  ", "\n", id="within a further line"),
        pytest.param("- item\nmore ", "  ", "\n", id="within a line without the margin"),
        pytest.param("12. item\n\n    ", "    ", "\n\n13. item", id="numbered item"),
        pytest.param("1) a\n   - b\n\n     ", "     ", "\n\n2) c", id="nested item"),
        pytest.param("- - * ", "      ", "\n", id="three items at once"),
        pytest.param("> quote\n>\n> ", "> ", "\n> more\n\nout", id="quote"),
        pytest.param(">", "> ", "\n", id="quote without a blank"),
        pytest.param("> > ", "> > ", "\n", id="two quotes"),
        pytest.param("> - item\n>\n>   ", ">   ", "\n> - item", id="item in a quote"),
        pytest.param("- > ", "  > ", "\n", id="quote in an item"),
        pytest.param("-\titem\n\n\t", "    ", "\n", id="tab"),
        pytest.param("---\na: [1]\nb:\n- x\n---\n- item\n\n  ", "  ", "\n", id="front matter"),
        pytest.param("- item\r\n\r\n  ", "  ", "\r\n\r\n- item", id="line ends of Windows"),
        pytest.param("text\n\n  ", "  ", "\n", id="indented, in no item"),
        pytest.param("- item\n\ntext ", "", "\n", id="behind a list"),
        pytest.param("    ", "    ", "\n", id="indented by four, in no item"),
        pytest.param("text ", "", "\n", id="text"),
    ],
)
def test_each_line_of_markdown_keeps_the_margin(
    host: Host, before: str, margin: str, after: str
) -> None:
    made = output(host, f"{before}[[steps]]{after}")
    assert made == before + indented(STEPS, margin) + after


@pytest.mark.parametrize("kind", ["html", "text"])
@pytest.mark.parametrize(
    ("before", "margin"), [("- item\n\n  ", "  "), ("> ", "> "), ("text\n\n  ", ""), ("  ", "")]
)
def test_html_and_text_get_the_margin_of_their_containers_only(
    host: Host, kind: str, before: str, margin: str
) -> None:
    """More would change what `<pre>` shows."""
    data = {"output": "a\n\nb\n c"}
    made = output(host, f"{before}[[given kind={kind}]]\n", data=data)
    assert made == before + indented("a\n\nb\n c", margin) + "\n"


def test_a_page_shows_the_list_as_one(host: Host) -> None:
    text = "1. item\n\n   [[steps]]\n\n2. item"
    document = rendered(host, text)
    page = page_body(document["parts"], document["macros"], html_policy())
    expected = CONVERTER.render(f"1. item\n\n   {indented(STEPS, '   ')}\n\n2. item")
    assert Dom(page).events == Dom(expected).events


@pytest.mark.parametrize("mark", ["-", "1.", "- -", "> 1)", "-  ", "- a\n\n  *", "- a\n-"])
@pytest.mark.parametrize("name", ["steps", "box", "given kind=html"])
def test_a_page_leaves_it_in_the_item_whose_mark_has_a_line_of_its_own(
    host: Host, mark: str, name: str
) -> None:
    margin = re.sub(r"[-0-9.)*]", " ", mark.rpartition("\n")[2].rstrip()) + " "
    close = "[[/box]]" if name == "box" else ""
    text = f"{mark}\n{margin}[[{name}]]{close}\n"
    document = rendered(host, text, data={"output": "<p>x</p>"})
    page = page_body(document["parts"], document["macros"], html_policy())
    last = re.sub(r"\s+", "", page).rpartition("<li>")[2]
    assert last.startswith(("<p>", "<div>")), page


@pytest.mark.parametrize(
    ("before", "kind", "given", "shown"),
    [
        ("| a | b |\n|---|---|\n| ", "html", "\n<i>x</i>\n  <b>y</b>\n", "<i>x</i> <b>y</b>"),
        ("| a | b |\n|---|---|\n| ", "text", "x\r\ny", "x y"),
        ("| a | b |\n|---|---|\n| ", "markdown", "\n\n*x*\n", "*x*"),
        ("> | a | b |\n> |---|---|\n> | ", "text", "x\ny", "x y"),
        ("| a ", "text", "x\ny", "x y"),
        ("# ", "text", "x\ny", "x y"),
        ("# ", "text", "\r\n\nx\n", "x"),
        ("# ", "text", "\n", ""),
        ("- ## ", "html", "<i>x</i>\ny", "<i>x</i> y"),
    ],
)
def test_a_row_and_a_heading_get_one_line(
    host: Host, before: str, kind: str, given: str, shown: str
) -> None:
    after = " | c |\n|---|---|\n" if before == "| a " else " | c |\n"
    document = rendered(host, f"{before}[[given kind={kind}]]{after}", data={"output": given})
    assert document["output"] == f"{before}{shown}{after}"
    assert document["warnings"] == []


@pytest.mark.parametrize("line", ["===", "   ---  ", "more\n==="])
def test_the_heading_over_a_line_gets_one_line_too(host: Host, line: str) -> None:
    text = f"text\n\n- item\n\n[[given kind=text]] a\n{line}\n\n[[given kind=text]]"
    made = output(host, text, data={"output": "x\n\ny"})
    assert made == f"text\n\n- item\n\nx y a\n{line}\n\nx\n\ny"


@pytest.mark.parametrize("kind", ["markdown", "html", "text"])
@pytest.mark.parametrize(
    ("before", "margin"),
    [("    ", "    "), ("\t", "\t"), ("a\n\n    ", "    "), ("- a\n\n      ", "      "), (">     ", ">     ")],
)  # fmt: skip
def test_all_lines_in_indented_code_stay_in_it(
    host: Host, kind: str, before: str, margin: str
) -> None:
    made = output(host, f"{before}[[given kind={kind}]]\n", data={"output": "a\n\nb"})
    assert made == before + indented("a\n\nb", margin) + "\n"


@pytest.mark.parametrize("kind", ["markdown", "html", "text"])
@pytest.mark.parametrize("before", ["", "$ run ", "- "])
@pytest.mark.parametrize(
    ("code", "margin"),
    [("    ", "    "), ("\t", "\t"), ("- a\n\n      ", "      "), (">      ", ">      "), ("-     ", "      ")],
)  # fmt: skip
def test_lines_behind_text_in_indented_code_stay_in_it(
    host: Host, kind: str, before: str, code: str, margin: str
) -> None:
    text = f"{code}{before}[[given kind={kind}]]\n"
    made = output(host, text, data={"output": "```\na\n\n- b\n```"})
    assert made == code + before + indented("```\na\n\n- b\n```", margin) + "\n"
    assert CONVERTER.render(made).count("<code>") == 1


@pytest.mark.parametrize(
    ("before", "lacking", "margin"),
    [
        ("- item\n", "  ", "  "),
        ("- item\n ", " ", "  "),
        ("10. item\n  ", "  ", "    "),
        ("> quote\n", "> ", "> "),
        ("> quote\n  ", "> ", "> "),
        ("> - item\n> ", "  ", ">   "),
        ("> - item\n", ">   ", ">   "),
        ("- a\n  - b\n  ", "  ", "    "),
        ("- > a\n  ", "> ", "  > "),
        ("- > a\n", "  > ", "  > "),
    ],
)
def test_a_line_that_goes_on_without_its_margin_gets_it(
    host: Host, before: str, lacking: str, margin: str
) -> None:
    """Its first block would stand outside, the others inside."""
    document = rendered(host, f"{before}[[steps]]\n")
    assert document["output"] == f"{before}{lacking}{indented(STEPS, margin)}\n"
    page = page_body(document["parts"], document["macros"], html_policy())
    for html in (CONVERTER.render(document["output"]), page):
        assert "<code>four\n</code>" in html
        assert html.count("<li>") == 4 + len(re.findall("- |10", before))


DEEP = ["    ", "\t", " \t", "     ", "\t\t", "    \t  "]
"""What is before a macro that begins no block in its line."""
LAZY = [
    "> quote\n",
    "> > quote\n",
    "> - item\n",
    "- > quote\n  ",
    "text\n",
    "1. item\n   ",
    "- a\n\n  b\n  ",
]
"""What a line below goes on with the paragraph of."""


def shown(host: Host, text: str, **fields: object) -> str:
    document = rendered(host, text, **fields)
    assert document["warnings"] == []
    return page_body(document["parts"], document["macros"], html_policy())


@pytest.mark.parametrize("deep", DEEP)
@pytest.mark.parametrize("before", [*LAZY, "> quote\n> ", "<div>\n"])
@pytest.mark.parametrize("after", ["", "\n", "\n\nout\n"])
def test_markdown_below_a_paragraph_and_indented_like_code_is_no_code(
    host: Host, before: str, deep: str, after: str
) -> None:
    """No block begins in its line, and a blank line before it would make it code."""
    text = f"{before}{deep}[[steps]]{after}"
    for html in (CONVERTER.render(output(host, text)), shown(host, text)):
        assert re.findall("<code>([^<]*)", html) == ["four\n"], html
        found = re.search(r"<ol>\s*<li>.*two.*three.*four.*five.*?</ol>", html, re.DOTALL)
        assert found, html
        assert "quote" not in found[0]


@pytest.mark.parametrize("deep", DEEP)
@pytest.mark.parametrize("before", [*LAZY, "<div>\n"])
@pytest.mark.parametrize("kind", ["html", "markdown"])
@pytest.mark.parametrize("given", ["<div>x</div>", "<p>x</p>\n<p>y</p>"])
def test_a_page_shows_a_block_below_a_paragraph_where_it_would_without_blanks(
    host: Host, before: str, deep: str, kind: str, given: str
) -> None:
    data = {"output": given}
    found, expected = (
        shown(host, f"{before}{blanks}[[given kind={kind}]]\n\nout", data=data)
        for blanks in (deep, "")
    )
    assert Dom(found).events == Dom(expected).events
    assert "<code>" not in found


@pytest.mark.parametrize("deep", DEEP)
@pytest.mark.parametrize(
    "before", ["", "> quote\n\n", "# heading\n", "text\n\n", "```\n```\n", "    code\n", "***\n"]
)
def test_indented_code_stays_code_on_a_page(host: Host, before: str, deep: str) -> None:
    for kind in ("markdown", "html", "text"):
        made = shown(host, f"{before}{deep}[[given kind={kind}]]\n", data={"output": "a"})
        assert re.search(r"<code>[^<]*a\n", made), made


def test_a_body_keeps_the_indentation_of_its_lines(host: Host) -> None:
    document = host.document("[[body]]\n    a\n    [[steps]]\n[[/body]]")
    (result,) = [each["result"] for each in document["macros"] if each["name"] == "body"]
    assert result["text"] == repr("\n    a\n    " + indented(STEPS, "    ") + "\n")


@pytest.mark.parametrize("kind", ["markdown", "html", "text"])
@pytest.mark.parametrize("ends", ["\n", "\n\n\n", "\r\n\r\n"])
@pytest.mark.parametrize(
    "before", ["- ", "> ", "1. - ", "> - ", "-\n  ", "- a\n-\n  ", "> 1.\n>    "]
)
def test_an_item_does_not_begin_with_empty_lines(
    host: Host, kind: str, ends: str, before: str
) -> None:
    text = f"{before}[[given kind={kind}]]\n"
    made = output(host, text, data={"output": f"{ends}a\n\nb"})
    assert made == output(host, text, data={"output": "a\n\nb"})
    assert CONVERTER.render(made).count("<p>") == 2 + before.count("a")


@pytest.mark.parametrize(
    ("before", "after"), [("- see ", "\n"), ("- a\n  ", "\n"), ("text\n", "\n"), ("", "\n")]
)
def test_elsewhere_empty_lines_part_an_output_from_what_is_before(
    host: Host, before: str, after: str
) -> None:
    made = output(host, f"{before}[[given kind=markdown]]{after}", data={"output": "\n\n# a"})
    assert "<h1>a</h1>" in CONVERTER.render(made)


@pytest.mark.parametrize(
    ("before", "display"),
    [
        ("- ", "block"),
        ("> ", "block"),
        ("text\n1. ", "block"),
        ("text\n1986. ", "inline"),
        ("a\n    - ", "inline"),
        ("- [ ] ", "inline"),
        ("- a\n", "block"),
        ("-a ", "inline"),
        ("> a\n> ", "block"),
    ],
)
def test_a_pair_is_a_block_where_it_begins_an_item(host: Host, before: str, display: str) -> None:
    document = host.document(f"{before}[[box]]\n  a\n[[/box]]")
    assert [each["display"] for each in document["macros"]] == [display]


@pytest.mark.costs
@pytest.mark.parametrize("kind", ["html", "text"])
def test_joining_lines_of_twice_the_size_takes_twice_the_time(kind: str) -> None:
    def joined(text: str) -> None:
        assert in_one_line(kind, text) is not None

    assert growth(joined, lambda size: f"a{' ' * size}b\n" * 2, 20_000) < LINEAR


@pytest.mark.costs
@pytest.mark.parametrize("line", ["[[a]] ", "[[a]] [[a]]", "[[a]]\t"])
@pytest.mark.parametrize("before", ["", "    ", "> ", "- a\n", "# "])
def test_margins_of_a_line_of_twice_as_many_macros_take_twice_the_time(
    before: str, line: str
) -> None:
    def read(text: str) -> None:
        margins = Margins(text, markdown=True)
        for found in re.finditer(r"\[\[", text):
            margins.missing(found.start(), 0)
            margins.indentation(found.start())

    assert growth(read, lambda size: before + line * size, 16_000) < LINEAR


@pytest.mark.parametrize(("kind", "given"), [("markdown", STEPS), ("html", "<pre>a\nb</pre>")])
@pytest.mark.parametrize("before", ["| a | b |\n|---|---|\n| ", "# "])
def test_what_cannot_be_one_line_is_a_warning(
    host: Host, before: str, kind: str, given: str
) -> None:
    document = rendered(host, f"{before}[[given kind={kind}]]", data={"output": given})
    (found,) = document["warnings"]
    line = before.count("\n") + 1
    assert found["code"] == "layout"
    assert found["call"]["line"] == line
    assert "of several lines does not fit into a table's row or a heading" in found["message"]


CODE_BLOCK = "```python\nx = 1\n```"


@pytest.mark.parametrize(
    ("text", "given", "words"),
    [
        ("see [[given]]", CODE_BLOCK, "text stands before it"),
        ("- see [[given]]", CODE_BLOCK, "text stands before it"),
        ("[[given]] and so on", CODE_BLOCK, "text follows"),
        ("> [[given]].", f"one\n\n{CODE_BLOCK}", "text follows"),
        ("- [[given]] [[given]]", CODE_BLOCK.replace("```", "~~~~"), "text follows"),
        ("[[given]]", CODE_BLOCK, ""),
        ("a\n\n- [[given]]\n- b", CODE_BLOCK, ""),
        ("> [[given]]  \n> b", CODE_BLOCK, ""),
        ("see [[given]] there", "`a`\n``` b ``` c", ""),
        ("see [[given]]", f"this:\n{CODE_BLOCK}\n", ""),
        ("[[given]] b", f"{CODE_BLOCK}\n\na", ""),
    ],
)
def test_text_in_the_line_of_a_fence_is_a_warning(
    host: Host, text: str, given: str, words: str
) -> None:
    text = text.replace("[[given]]", "[[given kind=markdown]]")
    found = rendered(host, text, data={"output": given})["warnings"]
    assert [each["code"] for each in found[:1]] == ["layout"] * bool(words)
    assert all(words in each["message"] for each in found[:1])


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("- item\n\n  [[body]]\n  a\n\n    b\n  [[/body]]", "\na\n\n  b\n"),
        ("> [[body]]\n> a\n>\n>   b\n> [[/body]]", "\na\n\n  b\n"),
        ("> [[body]]\nlazy\n> [[/body]]", "\nlazy\n"),
        ("- [[body]]\n\ta\n  [[/body]]", "\n  a\n"),
        ("- > [[body]]\n  > a\n  > [[/body]]", "\na\n"),
        ("- a\r\n\r\n  [[body]]\r\n  b\r\n\r\n  [[/body]]", "\r\nb\r\n\r\n"),
        ("  [[body]]\n  a\n  [[/body]]", "\n  a\n  "),
        ("- x\n\ny [[body]]\n  a[[/body]]", "\n  a"),
        ("- [[body]]a [[steps]] b[[/body]]", f"a {STEPS} b"),
        ("- [[body]]\n  - [[steps]]\n  [[/body]]", "\n- " + indented(STEPS, "  ") + "\n"),
        ("> [[body]]\n> > [[steps]]\n> [[/body]]", "\n> " + indented(STEPS, "> ") + "\n"),
    ],
)
def test_a_body_is_without_the_margin(host: Host, text: str, body: str) -> None:
    document = host.document(text)
    (result,) = [each["result"] for each in document["macros"] if each["name"] == "body"]
    assert result["text"] == repr(body)


def test_a_body_that_comes_back_stands_as_it_was_written(host: Host) -> None:
    text = "- item\n\n  [[box]]\n  - a\n    - b\n\n  c\n  [[/box]]\n- item\n"
    changed = text.replace("[[box]]", "<div>").replace("[[/box]]", "</div>")
    assert output(host, text) == changed


def test_the_mark_of_an_error_keeps_the_margin(host: Host) -> None:
    made = output(host, "> [[fail a=1\n> b=2]] [[fail]]", env={"isPreview": True})
    assert all(line.startswith(">") for line in made.split("\n"))


def test_other_formats_have_no_margins(host: Host) -> None:
    made = output(host, "- item\n\n  [[steps]]", format="text")
    assert made == f"- item\n\n  {STEPS}"


def test_margins_count_as_output(host: Host) -> None:
    host.send("limits", limits={"outputBytes": 1000})
    try:
        document = host.document("> > > [[given kind=text]]", data={"output": "a\n" * 300})
    finally:
        host.send("limits", limits={})
    assert "margin" not in document["macros"][0]
    assert [each["code"] for each in document["warnings"]] == ["layout"]


def placed(random: Random) -> tuple[str, str, str]:
    """Return a document up to a macro, the margin there, and the rest, as its author would write it."""
    first = margin = ""
    for _ in range(random.randrange(1, 4)):
        mark = random.choice(["> ", ">", "- ", "* ", "1. ", "23) ", "-   ", "+ "])
        first += mark
        margin += "> " if ">" in mark else " " * len(mark)
    before = random.choice([first, f"{first}text\n{margin.rstrip()}\n{margin}", f"{first}a "])
    after = random.choice(["\n", f"\n{margin.rstrip()}\n{margin}more\n", "\n\nout\n"])
    return before, margin, after


def outputs(random: Random) -> str:
    blocks = [
        "a\nb",
        "- a\n  - b",
        "```\nx\n\n y\n```",
        "> a\n> b",
        "1. a\n\n   b",
        "<div>\na\n</div>",
        "# a",
    ]
    return "\n\n".join(random.choice(blocks) for _ in range(random.randrange(1, 4)))


def test_random_places_give_what_an_author_would_write(host: Host) -> None:
    random = Random(8)
    differing = []
    for _ in range(PLACES):
        before, margin, after = placed(random)
        given = outputs(random)
        text = f"{before}[[given kind=markdown]]{after}"
        made = output(host, text, data={"output": given})
        expected = before + indented(given, margin) + after
        if CONVERTER.render(made) != CONVERTER.render(expected):
            differing.append((text, given, made))
    assert differing == []


def containers_in(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """Yield the converter's macros, each with the containers around it and whether it is in a row or a heading."""
    around: list[str] = []
    is_single = False
    for token in CONVERTER.parse(text + "\n"):
        kind = token.type
        if kind in ("blockquote_open", "list_item_open"):
            around.append("quote" if kind == "blockquote_open" else "item")
        elif kind in ("blockquote_close", "list_item_close"):
            around.pop()
        elif kind in ("heading_open", "heading_close"):
            is_single = kind == "heading_open"
        elif kind in ("th_open", "td_open", "th_close", "td_close"):
            is_single = token.nesting > 0
        elif kind in ("inline", "html_block"):
            for name in MACRO.findall(token.content):
                yield name, [*around], is_single


def test_random_texts_have_the_containers_that_the_converter_has() -> None:
    random = Random(7)
    differing, compared = [], 0
    for _ in range(TEXTS):
        text = make_markdown(random)
        margins = Margins(text, markdown=True)
        for name, around, is_single in containers_in(text):
            at = text.index(f"[[{name}]]")
            found = ["quote" if each == QUOTE else "item" for each in margins.containers(at)]
            compared += 1
            if (found, margins.is_in_single_line(at)) != (around, is_single):
                differing.append((text, name, found, around, is_single))
    assert compared > TEXTS
    assert differing[:3] == [], f"{len(differing)} of {compared} differ"
