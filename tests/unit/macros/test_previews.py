"""The chips an editor shows: by the script's own words, or by its title."""

from __future__ import annotations

from typing import Any

import pytest

from tests.golden.cases import read_cases
from tests.unit.macros.host import Host, call

Json = dict[str, Any]


def previews(host: Host, *calls: Any, slice_ms: float = 60_000) -> list[Json]:
    replies = host.send("preview", calls=list(calls), sliceMs=slice_ms)
    assert all(reply["kind"] == "previewed" for reply in replies), replies
    return [text for reply in replies for text in reply["texts"]]


def preview(host: Host, source: str, **params: Any) -> Json:
    host.load(chip=source)
    return previews(host, call("chip", params))[0]


@pytest.mark.parametrize("case", read_cases("preview"), ids=lambda case: case["id"])
def test_a_built_in_macro_is_shown_as_in_the_legacy_editor(host: Host, case: Json) -> None:
    host.load_defaults()
    name = case["raw"].strip("[]").split()[0]
    assert previews(host, call(name, case["params"])) == [{"text": case["html"]}]


def test_an_unknown_macro_is_marked(host: Host) -> None:
    host.load(off='"""\n---\nenabled: false\nkind: "macro"\n---\n"""\ndef render(c): ...\n')
    assert previews(host, call("unknown"), call("off")) == [
        {"text": "⚠ unknown"},
        {"text": "⚠ off"},
    ]


@pytest.mark.parametrize(
    ("source", "params", "text"),
    [
        pytest.param("raise ValueError\n", {}, "chip", id="no param, and not run"),
        pytest.param("", {"a": "x", "b": "y"}, "chip: x", id="first param"),
        pytest.param("", {"n": 4.5}, "chip: 4.5", id="number"),
        pytest.param("", {"a": ""}, "chip", id="empty param"),
        pytest.param("", {"a": "x" * 99}, "chip: " + "x" * 40 + "…", id="long param"),
    ],
)
def test_without_a_preview_it_is_title_and_first_param(
    host: Host, source: str, params: Json, text: str
) -> None:
    source += "def render(context): ...\n"
    assert preview(host, source, **params) == {"text": text}


def test_the_title_of_the_header_is_used(host: Host) -> None:
    source = '"""\n---\ntitle: "Route map"\n---\n"""\ndef render(context): ...\n'
    assert preview(host, source, to="Oslo") == {"text": "Route map: Oslo"}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("return 'x ' + context['params']['a']", {"text": "x A"}, id="text"),
        pytest.param("return 'a\\n b'", {"text": "a b"}, id="one line"),
        pytest.param("return 'x' * 999", {"text": "x" * 200 + "…"}, id="long"),
        pytest.param("return ''", {"text": ""}, id="empty"),
        pytest.param("return None", "output-type", id="nothing"),
        pytest.param("raise ValueError('x')", "exception", id="raises"),
        pytest.param("import sys; sys.exit()", "exception", id="exits"),
    ],
)
def test_a_macro_says_how_it_is_shown(host: Host, body: str, outcome: Any) -> None:
    source = f"def render(context): ...\ndef preview(context):\n    {body}\n"
    result = preview(host, source, a="A")
    assert (result if "text" in result else result["error"]["code"]) == outcome


def test_one_bad_preview_touches_no_other(host: Host) -> None:
    host.load(
        broken="def render(:\n",
        bad="1 / 0\ndef render(c): ...\ndef preview(c): ...\n",
        bare="def render(c): ...\ndef preview():\n    return 'bare'\n",
    )
    calls = [call("broken"), call("bad"), 5, call("bare")]
    codes = [text.get("text") or text["error"]["code"] for text in previews(host, *calls)]
    assert codes == ["syntax", "exception", "schema", "bare"]


def test_previews_come_in_slices(host: Host) -> None:
    replies = host.send("preview", calls=[call("a"), call("b")], sliceMs=0)
    assert [(r["first"], len(r["texts"]), r["done"]) for r in replies] == [
        (0, 1, False),
        (1, 1, True),
    ]
