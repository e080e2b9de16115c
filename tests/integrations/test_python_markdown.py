"""Macros in documents that Python-Markdown converts."""

from __future__ import annotations

from collections.abc import Iterator

import markdown
import pytest

from pybridge import Runtime
from pybridge.integrations.python_markdown import MacrosExtension

SCRIPTS = {
    "b": "def render(context):\n    return {'html': '<b onclick=x>' + str(context['params'].get('x', 1)) + '</b>'}\n",
    "box": "BODY = True\n\n\ndef render(context):\n    return {'html': '<div>box</div>'}\n",
    "say": "def render(context):\n    return {'text': '*<i>*'}\n",
    "items": "def render(context):\n    return {'markdown': '- one\\n- *two*'}\n",
    "boom": "def render(context):\n    raise ValueError\n",
}


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(scripts=SCRIPTS, engine="native") as runtime:
        yield runtime


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A [[b x=2]] *B*", "<p>A <b>2</b> <em>B</em></p>", id="in a line"),
        pytest.param("A\n\n[[box]]\n\nB", "<p>A</p>\n<div>box</div>\n<p>B</p>", id="a block"),
        pytest.param("[[say]]", "<p>*&lt;i&gt;*</p>", id="text"),
        pytest.param(
            "x\n\n[[items]]",
            "<p>x</p>\n<ul>\n<li>one</li>\n<li><em>two</em></li>\n</ul>",
            id="markdown",
        ),
        pytest.param("a [[boom]] b", "<p>a  b</p>", id="fails"),
        pytest.param("[[b]] `[[b]]`", "<p><b>1</b> <code>[[b]]</code></p>", id="code span"),
        pytest.param(
            "x\n\n    [[b]]", "<p>x</p>\n<pre><code>[[b]]\n</code></pre>", id="code block"
        ),
        pytest.param("```\n[[b]]\n```", "<pre><code>[[b]]\n</code></pre>", id="fenced"),
        pytest.param(
            "\t[[items]] [[boom]]", "<pre><code>[[items]] [[boom]]\n</code></pre>", id="indented"
        ),
        pytest.param(
            "- a\n\n    [[b]]",
            "<ul>\n<li>\n<p>a</p>\n<p><b>1</b></p>\n</li>\n</ul>",
            id="in a list",
        ),
        pytest.param("[[nowhere]]", "<p>[[nowhere]]</p>", id="unknown"),
    ],
)
def test_macros_become_html_and_code_stays_code(runtime: Runtime, text: str, expected: str) -> None:
    extension = MacrosExtension(runtime=runtime)
    assert markdown.markdown(text, extensions=["fenced_code", extension]) == expected


def test_errors_are_those_of_the_last_document(runtime: Runtime) -> None:
    extension = MacrosExtension(runtime=runtime)
    converter = markdown.Markdown(extensions=[extension])
    converter.convert("[[boom]]")
    assert extension.rendered is not None
    assert [error.code for error in extension.rendered.errors] == ["exception"]
    converter.reset().convert("x")
    assert extension.rendered.ok


def test_the_extension_is_found_by_its_name() -> None:
    made = markdown.Markdown(
        extensions=["pybridge"],
        extension_configs={"pybridge": {"scripts": SCRIPTS, "engine": "native"}},
    )
    assert made.convert("[[b]]") == "<p><b>1</b></p>"
    [extension] = made.registeredExtensions or [None]
    assert extension is None or extension.runtime is not None
