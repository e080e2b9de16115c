"""The filter in a real template."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jinja2 import Environment
from markupsafe import Markup

from pybridge import Runtime
from pybridge.integrations.jinja import macros_filter
from tests.integrations.test_python_markdown import SCRIPTS


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    with Runtime(scripts=SCRIPTS, engine="native") as runtime:
        environment = Environment(autoescape=True)
        environment.filters["macros"] = macros_filter(runtime)
        environment.globals["render"] = runtime.render
        yield environment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            "*a* [[b]] <script>x</script>", "<p><em>a</em> <b>1</b> </p>\n", id="markdown"
        ),
        pytest.param("`[[b]]`", "<p><code>[[b]]</code></p>\n", id="code"),
        pytest.param(
            Markup("<em>*a*</em> [[b]] [[say]]"), "<em>*a*</em> <b>1</b> *&lt;i&gt;*", id="html"
        ),
    ],
)
def test_macros_are_rendered_and_inserted_as_html(
    environment: Environment, value: str, expected: str
) -> None:
    assert environment.from_string("{{ value | macros }}").render(value=value) == expected


def test_a_rendered_document_is_inserted_as_html(environment: Environment) -> None:
    template = environment.from_string("{{ render('*a* [[b]]') }}")
    assert template.render() == "<p><em>a</em> <b>1</b></p>\n"
