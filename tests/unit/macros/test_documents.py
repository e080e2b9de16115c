from __future__ import annotations

from typing import Any

import pytest

from tests.unit.macros.host import Host, returning, splice

BOX = returning("'<' + context['macro']['name'] + ':' + str(context['body']) + '>'", "BODY = True")


@pytest.fixture
def boxes(host: Host) -> Host:
    host.load(
        a=BOX,
        b=BOX,
        flat=returning("'F'"),
        txt="def render(c): return {'text': '<&\"\\'>'}",
        md="def render(c): return {'markdown': '*m*'}",
        fail="def render(c): raise ValueError('<x>')",
    )
    return host


@pytest.mark.parametrize(
    ("text", "output"),
    [
        pytest.param("[[a]]x[[/a]]", "<a:x>", id="pair"),
        pytest.param("[[A]]x[[/a]]", "<a:x>", id="names in any case"),
        pytest.param("[[a]]", "<a:None>", id="without a closing token"),
        pytest.param("[[a]][[/a]]", "<a:>", id="empty"),
        pytest.param("[[a]]x[[b]]y[[/b]]z[[/a]]", "<a:x<b:y>z>", id="nested"),
        pytest.param("[[a]]x[[a]]y[[/a]]z[[/a]]", "<a:x<a:y>z>", id="nested in itself"),
        pytest.param("[[a]]1[[a]]2[[/a]]", "<a:None>1<a:2>", id="the nearest one"),
        pytest.param("[[a]]1[[b]]2[[/a]]3[[/b]]", "<a:1<b:None>2>3[[/b]]", id="crossed"),
        pytest.param("[[/a]][[a]]", "[[/a]]<a:None>", id="stray"),
        pytest.param("[[flat]]x[[/flat]]", "Fx[[/flat]]", id="no body wanted"),
        pytest.param("[[no]]x[[/no]]", "[[no]]x[[/no]]", id="unknown"),
        pytest.param("[[a]]`[[/a]]` [[flat]][[/a]]", "<a:`[[/a]]` F>", id="closing token in code"),
        pytest.param("[[a]]\\[[/a]][[/a]]", "<a:\\[[/a]]>", id="literal closing token"),
        pytest.param("[[a]][[txt]][[md]][[no]][[fail]][[/a]]", "<a:&lt;&amp;&quot;&#39;&gt;*m*[[no]]>", id="kinds"),
        pytest.param("[[a]][[b]][[/b]][[b]]x[[flat]][[/b]][[/a]]", "<a:<b:><b:xF>>", id="several inside"),
    ],
)  # fmt: skip
def test_pairs(boxes: Host, text: str, output: str) -> None:
    assert splice(boxes.document(text)) == output


def test_inner_failure_shows_in_a_preview(boxes: Host) -> None:
    document = boxes.document("[[a]][[fail x='1']][[/a]]", env={"isPreview": True})
    span = '<span class="macro-error" title="ValueError: &lt;x&gt;">[[fail x=&#39;1&#39;]]</span>'
    assert splice(document) == f"<a:{span}>"
    assert [error["macro"] for error in document["errors"]] == ["fail"]


def test_the_macros_of_a_document_print_as_much_together_as_sixteen_may(host: Host) -> None:
    host.send("limits", limits={"stdoutBytes": 10})
    host.load(
        say="import sys\ndef render(c):\n  print(c['params'].get('t', 'ü' * 4))\n"
        "  sys.stderr.write(c['params'].get('e', ''))\n  return {'html': ''}\n"
    )
    document = host.document("[[say]]" * 17 + "[[say t=abc e=d]]" + "[[say t=abc]][[say t='']]" * 2)
    printed = [(each.get("stdout"), each.get("stderr")) for each in document["macros"]]
    whole, cut = "üüüü\n", "\n… output cut: the macros of a document print 160 bytes at most\n"
    assert printed[:17] == [(whole, None)] * 17  # 153 bytes
    assert printed[17:] == [
        ("abc\n", "d"),
        ("ab" + cut, None),
        (cut, None),
        (cut, None),
        (cut, None),
    ]


def test_everything_there_is_to_know_of_a_document(boxes: Host) -> None:
    boxes.load(
        talk="def render(c):\n  print(c['macro']['raw'])\n"
        "  return {'text': 't', 'warnings': ['w', {'code': 'c', 'message': 'm'}]}\n"
    )
    scripts = {each: boxes.load(**{each: BOX})[0]["id"] for each in ("a",)}
    talk = boxes.session._engine.registry.find("talk")
    assert talk is not None
    text = "😀 [[nope]]\n[[A]]\n[[Talk]] [[/a]]\n \\[[a]]"
    assert boxes.document(text) == {
        "parts": ["😀 [[nope]]\n", 1, "\n \\[[a]]"],
        "macros": [
            {
                "name": "nope",
                "slug": None,
                "scriptId": None,
                "raw": "[[nope]]",
                "display": "inline",
                "ordinal": 1,
                "position": {"path": "posts/trip.md", "line": 1, "column": 3, "offset": 2},
                "status": "unknown",
            },
            {
                "name": "a",
                "slug": "a",
                "scriptId": scripts["a"],
                "raw": "[[A]]\n[[Talk]] [[/a]]",
                "display": "block",
                "ordinal": 2,
                "position": {"path": "posts/trip.md", "line": 2, "column": 1, "offset": 11},
                "status": "ok",
                "result": {"html": "<a:\nt >"},
            },
            {
                "name": "talk",
                "slug": "talk",
                "scriptId": talk.id,
                "raw": "[[Talk]]",
                "display": "inline",
                "ordinal": 3,
                "parent": {"name": "a"},
                "position": {"path": "posts/trip.md", "line": 3, "column": 1, "offset": 17},
                "status": "ok",
                "result": {"text": "t", "warnings": ["w", {"code": "c", "message": "m"}]},
                "stdout": "[[Talk]]\n",
            },
        ],
        "warnings": [
            {
                "code": "not-found",
                "message": "no macro named 'nope'",
                "macro": "nope",
                "call": {"path": "posts/trip.md", "line": 1, "column": 3},
            },
            {
                "code": "script",
                "message": "w",
                "macro": "Talk",
                "call": {"path": "posts/trip.md", "line": 3, "column": 1},
            },
            {
                "code": "c",
                "message": "m",
                "macro": "Talk",
                "call": {"path": "posts/trip.md", "line": 3, "column": 1},
            },
        ],
        "errors": [],
    }


def test_macro_of_a_document_gets_a_call(host: Host) -> None:
    host.load(
        box="import json\nBODY = True\ndef render(c): return {'html': c['body'], 'data': c}",
        show="def render(c): return {'html': '', 'data': c}",
    )
    shared = {
        "env": {"mainLanguage": "de", "seed": 1},
        "post": {"id": "p0", "a": 1},
        "data": {"x": 1, "y": [1]},
    }
    document = {
        "text": "[[box]]\n\n[[Show id=5]]\n[[/box]]",
        "path": "a.md",
        "post": {"id": "p1"},
        "env": {"isPreview": True, "seed": 2},
        "data": {"x": [2]},
    }
    outer, inner = (
        macro["result"]["data"] for macro in host.documents([document], shared=shared)[0]["macros"]
    )
    around: dict[str, Any] = {
        "post": {"id": "p1", "a": 1},
        "data": {"x": [2], "y": [1]},
    }
    env = {
        "isPreview": True,
        "mainLanguage": "de",
        "seed": 2,
        "source": {"kind": "document", "id": "a.md"},
    }
    assert inner == {
        "abi": 1,
        "macro": {
            "name": "show",
            "raw": "[[Show id=5]]",
            "display": "block",
            "ordinal": 2,
            "parent": {"name": "box"},
            "position": {"path": "a.md", "line": 3, "column": 1},
        },
        "params": {"id": 5},
        "body": None,
        "env": {**env, "hook": "Show"},
        **around,
    }
    assert (outer["body"], outer["env"]["hook"], outer["params"]) == ("\n\n\n", "box", {})
    bare = host.document("[[show]]", path="b.md")["macros"][0]["result"]["data"]
    assert (bare["post"], bare["data"]) == (None, {})
    assert bare["env"] == {
        "isPreview": False,
        "source": {"kind": "document", "id": "b.md"},
        "hook": "show",
    }


@pytest.mark.parametrize(
    ("text", "display"),
    [
        pytest.param("[[flat]]", "block", id="alone"),
        pytest.param("x\n \t[[flat]] \t\ny", "block", id="blanks around"),
        pytest.param("x\r\n[[flat]]\r\n", "block", id="carriage returns"),
        pytest.param("x [[flat]]", "inline", id="behind text"),
        pytest.param("[[flat]] x", "inline", id="before text"),
        pytest.param("[[flat]] [[flat]]", "inline", id="beside another"),
        pytest.param("> [[flat]]", "inline", id="in a quote"),
        pytest.param("[[a]]\nx\n[[/a]]", "block", id="pair"),
        pytest.param("[[a]]\nx\n[[/a]] y", "inline", id="pair before text"),
    ],
)
def test_display(boxes: Host, text: str, display: str) -> None:
    assert boxes.document(text)["macros"][0]["display"] == display


def test_format_text_has_no_verbatim_regions(boxes: Host) -> None:
    text = "`[[flat]]`"
    assert splice(boxes.document(text)) == text
    assert splice(boxes.document(text, format="text")) == "`F`"


def test_unknown_macro_gets_a_hint(boxes: Host) -> None:
    warning = boxes.document("[[flatt]]")["warnings"][0]
    assert warning["message"] == "no macro named 'flatt', did you mean 'flat'?"


def test_documents_are_refused_one_by_one(boxes: Host) -> None:
    boxes.send("limits", limits={"inputBytes": 2000})
    documents = [
        {"text": "[[flat]]"},
        {"text": "x" * 3000, "path": "long.md"},
        {"text": 5},
        {"text": "", "data": {"a": eval("[" * 64 + "]" * 64)}, "path": "deep.md"},
        {"text": "[[flat]]", "date": 1},
        {"text": "[[flat]]"},
    ]
    found = boxes.documents(documents)
    assert [splice(document) for document in found] == ["F", "", "", "", "", "F"]
    assert [[error["code"] for error in document["errors"]] for document in found] == [
        [],
        ["input-limit"],
        ["schema"],
        ["input-limit"],
        ["schema"],
        [],
    ]
    assert found[1]["errors"][0]["call"] == {"path": "long.md", "line": 1, "column": 1}
    assert found[4]["errors"][0]["hint"] == "did you mean 'data'?"


def test_deep_nesting_ends_at_the_limit(boxes: Host) -> None:
    deep = 10_000
    document = boxes.document("[[a]]" * deep + "x" + "[[/a]]" * deep)
    assert [macro["status"] for macro in document["macros"]] == ["ok"] * 64 + ["error"] * (
        deep - 64
    )
    assert {error["code"] for error in document["errors"]} == {"input-limit"}
    assert document["errors"][0]["call"]["column"] == 64 * 5 + 1
    assert splice(document) == "<a:" * 64 + ">" * 64


def test_many_unclosed_pairs(boxes: Host) -> None:
    document = boxes.document("[[a]]" * 5000 + "[[/b]]" * 5000)
    assert {macro["status"] for macro in document["macros"]} == {"ok"}
    assert document["parts"][-1] == "[[/b]]" * 5000


def test_body_that_grows_ends_at_the_limit(host: Host) -> None:
    host.load(twice=returning("context['body'] * 2", "BODY = True"))
    document = host.document("[[twice]]" * 40 + "x" + "[[/twice]]" * 40)
    assert {error["code"] for error in document["errors"]} == {"output-limit"}
    host.send("limits", limits={"inputBytes": 1000})
    document = host.document("[[twice]]" * 20 + "x" + "[[/twice]]" * 20)
    assert {error["code"] for error in document["errors"]} == {"input-limit"}


def test_very_long_pair_is_shown_without_its_body(boxes: Host) -> None:
    macro = boxes.document("[[a x=1]]" + "y" * 5000 + "[[/a]]")["macros"][0]
    assert macro["raw"] == "[[a x=1]]…[[/a]]"


def test_a_hundred_thousand_macros_in_one_document(boxes: Host) -> None:
    document = boxes.document("[[flat]]\n" * 100_000)
    assert document["macros"][-1]["position"] == {
        "path": "posts/trip.md",
        "line": 100_000,
        "column": 1,
        "offset": 899_991,
    }
    assert splice(document) == "F\n" * 100_000


def test_document_with_more_macros_than_a_batch_may_have_is_refused(boxes: Host) -> None:
    boxes.send("limits", limits={"batchItems": 3})
    few, many = boxes.documents([{"text": "[[flat]]" * 3}, {"text": "[[no]]" * 4, "path": "m.md"}])
    assert splice(few) == "FFF"
    assert many["errors"] == [
        {
            "code": "input-limit",
            "message": "the document has 4 macros, more than 3",
            "hint": "split it",
            "call": {"path": "m.md", "line": 1, "column": 1},
        }
    ]


def test_many_unknown_names_are_reported_in_good_time(boxes: Host) -> None:
    document = boxes.document(" ".join(f"[[flat{n}]]" for n in range(20_000)))
    assert document["warnings"][0]["message"] == "no macro named 'flat0', did you mean 'flat'?"
    assert document["warnings"][-1]["message"] == "no macro named 'flat19999'"


def test_same_input_same_bytes() -> None:
    texts = []
    for _ in range(2):
        host = Host()
        host.load_defaults()
        host.load(a=BOX, fail="def render(c): return c['parmas']")
        host.send("limits", limits={})
        text = "[[a]][[youtube id=1]][[fail]][[/a]] [[vimo]] [[youtube]]"
        message = {"documents": [{"text": text}], "shared": {}, "sliceMs": 60000}
        reply = host.send("documents", **message)[0]
        texts.append({**reply, "elapsedUs": 0})
    assert texts[0] == texts[1]
