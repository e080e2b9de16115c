"""The built-in macros against the outputs of the application they come from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.golden.cases import (
    EMPTY_CAPTION,
    MACROS,
    Dom,
    Json,
    expected_events,
    fields_of,
    parametrized,
    read_cases,
)
from tests.unit.macros.host import Host, call, returning, splice

LEGACY = parametrized(*MACROS)
FURTHER = parametrized(*(f"further/{name}" for name in MACROS))


@pytest.fixture(scope="module")
def defaults() -> Host:
    host = Host()
    host.load_defaults()
    return host


def document_of(case: Json) -> Json:
    return {"text": case["raw"], **fields_of(case)}


@pytest.mark.parametrize(("name", "case"), LEGACY)
def test_output_is_that_of_the_legacy_macro(defaults: Host, name: str, case: Json) -> None:
    rendered = defaults.documents([document_of(case)])[0]
    output = splice(rendered)
    assert rendered["errors"] == []
    assert Dom(output).events == expected_events(case)
    if case["variant"] == "string":
        assert output == case["html"]
    else:
        assert "\n" not in output, "one line: Markdown tears several apart"
        assert EMPTY_CAPTION not in output


@pytest.mark.parametrize(("name", "case"), FURTHER)
def test_output_follows_from_the_same_rules(defaults: Host, name: str, case: Json) -> None:
    rendered = defaults.documents([document_of(case)])[0]
    assert rendered["errors"] == []
    assert splice(rendered) == case["html"]


@pytest.mark.parametrize(("name", "case"), [*LEGACY, *FURTHER])
def test_output_does_not_depend_on_how_params_are_typed(
    defaults: Host, name: str, case: Json
) -> None:
    as_text = {key: str(value) for key, value in case["params"].items()}
    outcomes = defaults.render(
        [call(name, params, **fields_of(case)) for params in (case["params"], as_text)]
    )
    assert outcomes[0]["result"] == outcomes[1]["result"]
    assert outcomes[0]["result"]["html"] == splice(defaults.documents([document_of(case)])[0])


def test_there_are_many_further_cases() -> None:
    ids = [case["id"] for name in MACROS for case in read_cases(f"further/{name}")]
    assert len(ids) == len(set(ids)) >= 120


@pytest.mark.parametrize("name", ["youtube", "vimeo"])
@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        pytest.param({}, "/params/id", id="missing"),
        pytest.param({"id": ""}, "/params/id", id="empty"),
        pytest.param({"id": True}, "/params/id", id="wrong type"),
    ],
)
def test_wrong_params_are_only_warned_about(
    defaults: Host, name: str, params: Any, pointer: str
) -> None:
    outcome = defaults.call(name, params)
    assert "result" in outcome
    assert [warning["pointer"] for warning in outcome["warnings"]] == [pointer]


WRONG = [
    pytest.param('[[gallery columns="7"]]', "columns", 'data-columns="3"', id="too many columns"),
    pytest.param("[[gallery columns=0]]", "columns", 'data-columns="3"', id="no columns"),
    pytest.param("[[gallery columns=5.9]]", "columns", 'data-columns="5"', id="decimal columns"),
    pytest.param("[[gallery columns=4abc]]", "columns", 'data-columns="4"', id="columns and more"),
    pytest.param("[[photo_archive year=abc]]", "year", 'data-recent="10"', id="year no number"),
    pytest.param("[[photo_album year=99]]", "year", 'data-year="99"', id="year of two digits"),
    pytest.param(
        '[[photo_archive year=2024 month="13"]]', "month", 'data-month="13"', id="13th month"
    ),
    pytest.param("[[tag_cloud width=319]]", "width", 'data-width="900"', id="too narrow"),
    pytest.param('[[tag_cloud width="1601"]]', "width", 'data-width="900"', id="too wide"),
    pytest.param('[[tag_cloud height="179"]]', "height", 'data-height="420"', id="too low"),
    pytest.param("[[tag_cloud height=901]]", "height", 'data-height="420"', id="too high"),
    pytest.param(
        "[[tag_cloud orientation=vertical]]", "orientation", '"horizontal"', id="orientation"
    ),
]


@pytest.mark.parametrize(("raw", "param", "fallback"), WRONG)
def test_wrong_params_get_the_legacy_fallback_and_a_warning_with_its_place(
    defaults: Host, raw: str, param: str, fallback: str
) -> None:
    rendered = defaults.document(f"Here:\n {raw}", data={"tagUsage": [{"tag": "a", "count": 1}]})
    assert fallback in splice(rendered)
    assert rendered["errors"] == []
    warnings = [(each["call"], each["pointer"]) for each in rendered["warnings"]]
    place = {"path": "posts/trip.md", "line": 2, "column": 2}
    assert warnings == [(place, f"/params/{param}")]


RIGHT = (
    '[[gallery columns="4"]] [[gallery columns=4]] [[gallery columns="" caption=2024 link=file]]',
    '[[photo_archive year="2024" month="06"]] [[photo_archive year=2024 month=06]] [[photo_archive]]',
    '[[tag_cloud width="640" height=300 orientation="mixed_hv"]] [[tag_cloud orientation=diag]]',
    '[[tag_cloud orientation=HV]] [[tag_cloud orientation=Mixed-Diagonal]] [[tag_cloud orientation=""]]',
    '[[tag_cloud orientation=horizontal]] [[tag_cloud orientation=" Horizontal_Vertical "]]',
    '[[youtube id="x" start=30 autoplay=true]] [[vimeo id=12155835 title="A talk"]]',
)


@pytest.mark.parametrize("text", RIGHT)
def test_what_older_posts_write_is_not_warned_about(defaults: Host, text: str) -> None:
    assert defaults.document(text)["warnings"] == []


def test_a_month_without_a_year_is_warned_about(defaults: Host) -> None:
    (warning,) = defaults.document("[[photo_archive month=6]]")["warnings"]
    assert (warning["code"], warning["call"]["line"]) == ("params", 1)
    assert "that month of any year" in warning["message"]


@pytest.mark.parametrize("name", ["gallery", "photo_archive"])
def test_images_without_a_usable_date_are_named(defaults: Host, name: str) -> None:
    dates = ["last spring", None, 1_714_910_400_000, "2024-02-30", "2024-05-05T12:00:00Z"]
    media = [
        {"id": "a", "filename": f"{number}.jpg", "createdAt": date, "linkedPostIds": [""]}
        for number, date in enumerate(dates)
    ]
    outcome = defaults.call(name, data={"media": media})
    assert outcome["result"]["html"].count("<img") == 1
    (warning,) = outcome["warnings"]
    assert warning["code"] == "media"
    assert "0.jpg, 1.jpg, 2.jpg, …" in warning["message"]


ODD: list[Any] = [None, 5, "x", [], {}, [None, 5, "x", [], {}]]
ODD_MEDIUM: Json = {
    "id": ["x"], "filename": None, "mimeType": "image/x", "createdAt": "2024-05-05", "linkedPostIds": 5,
    "title": {}, "alt": [], "caption": False,
}  # fmt: skip


@pytest.mark.parametrize("name", ["gallery", "photo_archive", "photo_album", "tag_cloud"])
@pytest.mark.parametrize("odd", [*ODD, [ODD_MEDIUM], [{"tag": 5, "count": "x"}, {"tag": "x"}]])
def test_missing_and_odd_data_do_no_harm(defaults: Host, name: str, odd: Any) -> None:
    data = dict.fromkeys(("media", "linkedMediaIds", "tagUsage"), odd)
    posts: list[Json] = [{}, {"post": None}, {"post": {"id": odd}}]
    outcomes = defaults.render([call(name, data=data, **post) for post in posts])
    outcomes += defaults.render([call(name), call(name, env={"mainLanguage": ""})])
    assert all("result" in outcome for outcome in outcomes), outcomes


@pytest.mark.parametrize(
    ("language", "title"),
    [
        pytest.param("de-CH", "YouTube-Video", id="de"),
        pytest.param("fr", "Vidéo YouTube", id="fr"),
        pytest.param("IT", "Video YouTube", id="it"),
        pytest.param("es", "Vídeo de YouTube", id="es"),
        pytest.param("pt", "YouTube video", id="other"),
    ],
)
def test_title_is_localized(defaults: Host, language: str, title: str) -> None:
    env = {"isPreview": False, "mainLanguage": language}
    assert f'title="{title}"' in defaults.call("youtube", {"id": "x"}, env=env)["result"]["html"]


def stub(name: str, context: Any) -> str | None:
    """Return the script the case describes under *name*."""
    if name in context.get("script_html", {}):
        return returning(repr(context["script_html"][name]))
    template = context.get("registry", {}).get(name)
    if template is None:
        return None
    return returning(repr(template) + ".replace('${text}', context['params']['text'])")


@pytest.mark.parametrize(("name", "case"), parametrized("document"))
def test_document_is_that_of_the_legacy_application(name: str, case: Json) -> None:
    host = Host()
    host.load_defaults()
    names = [*case["context"].get("script_html", {}), *case["context"].get("registry", {})]
    host.load(**{each: stub(each, case["context"]) or "" for each in names})
    assert splice(host.document(case["raw"])) == case["html"]
