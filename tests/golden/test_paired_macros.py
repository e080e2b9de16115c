"""The built-in macros with a body: what they make of it, and what Markdown makes of that."""

from __future__ import annotations

import pytest

from pybridge.html.policy import html_policy
from pybridge.html.splice import finish_document
from pybridge.pages.markdown import page_body
from tests.golden.cases import Dom, Json, read_cases
from tests.unit.macros.host import Host, splice

CASES = [pytest.param(case, id=case["id"]) for case in read_cases("paired")]
PROJECT_NOTE = """
BODY = True
def render(context):
    return {"markdown": f"({context['body']})"}
"""


@pytest.fixture(scope="module")
def defaults() -> Host:
    host = Host()
    host.load_defaults()
    return host


def rendered(host: Host, case: Json) -> Json:
    return host.document(case["raw"], env={"mainLanguage": case.get("language", "en")})


@pytest.mark.parametrize("case", CASES)
def test_body_is_surrounded_and_stays_markdown(defaults: Host, case: Json) -> None:
    document = rendered(defaults, case)
    assert document["errors"] == []
    assert splice(document) == case["output"]
    assert [warning["message"] for warning in document["warnings"]] == case["warnings"]


@pytest.mark.parametrize("case", CASES)
def test_markdown_converts_the_body_within_its_element(defaults: Host, case: Json) -> None:
    document = finish_document(rendered(defaults, case), html_policy())
    page = page_body(document["parts"], document["macros"], html_policy())
    assert Dom(page).events == Dom(case["page"]).events


@pytest.mark.parametrize("case", CASES)
def test_output_alone_converts_to_the_same_page(defaults: Host, case: Json) -> None:
    """A host may splice first and convert then."""
    output = splice(rendered(defaults, case))
    assert Dom(page_body([output], [], html_policy())).events == Dom(case["page"]).events


def test_nested_macros_tell_their_parent_and_number(defaults: Host) -> None:
    text = "[[details]]\n[[note]]\nx [[vimeo id=1]]\n[[/note]]\n[[/details]]\n[[note]]y[[/note]]"
    macros = [
        (macro["name"], macro["ordinal"], macro.get("parent"), macro["display"])
        for macro in defaults.document(text)["macros"]
    ]
    assert macros == [
        ("details", 1, None, "block"),
        ("note", 2, {"name": "details"}, "block"),
        ("vimeo", 3, {"name": "note"}, "inline"),
        ("note", 4, None, "block"),
    ]


def test_a_warning_names_the_place_of_the_opening_token(defaults: Host) -> None:
    document = defaults.document("text\n\n  [[note kind=nope]]\n\n  body")
    place = {"path": "posts/trip.md", "line": 3, "column": 3}
    assert [warning["call"] for warning in document["warnings"]] == [place, place]


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_note_of_the_project_wins(order: str) -> None:
    host = Host()
    if order == "after":
        host.load_defaults()
    host.load(note=PROJECT_NOTE)
    if order == "before":
        host.load_defaults()
    text = "[[details summary=S]][[note kind=any]]x[[/note]][[/details]]"
    assert "\n(x)\n" in splice(host.document(text))


@pytest.mark.parametrize("name", ["note", "details"])
@pytest.mark.parametrize("display", [None, "inline", "block"])
@pytest.mark.parametrize("body", [None, "", "text", "\ntext\n", "a\n\nb", "> a\n> b"])
def test_calls_outside_of_a_document_work(
    defaults: Host, name: str, display: str | None, body: str | None
) -> None:
    macro = {"name": name} if display is None else {"name": name, "display": display}
    outcome = defaults.call(name, macro=macro, body=body)
    assert set(outcome["result"]) <= {"markdown", "warnings"}
    assert ("warnings" in outcome) == (not body)
