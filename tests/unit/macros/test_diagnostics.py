from __future__ import annotations

from typing import Any

import pytest

from pybridge.macros.values.problems import closest, tidy
from tests.unit.macros.host import Host

MAP = '''"""
---
id: "x"
slug: "map"
---
"""
import string


def label(params):
    return params["year"]


def render(context):
    "ö"; year = label(context["params"])
    return {"html": year}
'''


def test_error_reads_from_document_to_script(host: Host) -> None:
    host.load(map=MAP)
    document = host.document("---\ntitle: A\n---\n\nA 😀 [[Map yaer=2024]]\n")
    error = {
        "code": "exception",
        "message": "KeyError: 'year'",
        "macro": "Map",
        "script": {"path": "scripts/map.py", "line": 11, "column": 12},
        "call": {"path": "posts/trip.md", "line": 5, "column": 5},
        "type": "KeyError",
        "frames": [
            {
                "path": "scripts/map.py",
                "line": 15,
                "column": 17,
                "name": "render",
                "text": '"ö"; year = label(context["params"])',
            },
            {
                "path": "scripts/map.py",
                "line": 11,
                "column": 12,
                "name": "label",
                "text": 'return params["year"]',
            },
        ],
        "excerpt": '   8 \n   9 \n  10 def label(params):\n→ 11     return params["year"]\n'
        "  12\n  13\n  14 def render(context):".replace("   8 \n   9 \n", "   8\n   9\n"),
        "hint": "did you mean 'yaer'?",
    }
    assert document["errors"] == [error]
    assert document["macros"][0]["error"] == error


def test_only_frames_of_scripts_are_told(host: Host) -> None:
    host.load(m="import json\ndef render(c):\n    return json.loads('{')\n")
    error = host.call("m")["error"]
    assert error["message"].startswith("JSONDecodeError: Expecting property name")
    assert [frame["path"] for frame in error["frames"]] == ["scripts/m.py"]
    assert error["script"]["line"] == 3


def test_scripts_own_tracebacks_show_their_lines(host: Host) -> None:
    host.load(
        m="import traceback\ndef render(c):\n    try:\n        1 / 0  # here\n"
        "    except ZeroDivisionError:\n        return {'text': traceback.format_exc()}\n"
    )
    text = host.call("m")["result"]["text"]
    assert 'File "scripts/m.py", line 4, in render' in text
    assert "1 / 0  # here" in text


def test_replaced_script_shows_its_new_lines(host: Host) -> None:
    source = (
        "import traceback\ndef render(c):\n    try:\n        1 / 0  # {}\n"
        "    except ZeroDivisionError:\n        return {{'text': traceback.format_exc()}}\n"
    )
    for version in ("first", "second"):
        host.load(m=source.format(version))
        assert f"# {version}" in host.call("m")["result"]["text"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        pytest.param("c['params']['count']", "the call passes no param 'count'", id="missing param"),
        pytest.param("c['params']['nmae']", "did you mean 'name'?", id="misspelt param"),
        pytest.param("c['parms']", "did you mean 'params'?", id="misspelt key"),
        pytest.param("c['post']['titel']", "did you mean 'title'?", id="misspelt key of post"),
        pytest.param("c.params", "a dict has items, not attributes: write ['params']", id="attribute of a dict"),
        pytest.param("'a'.uper()", "did you mean 'upper'?", id="attribute"),
        pytest.param("contxt", None, id="far name"),
        pytest.param("helpr()", "did you mean 'helper'?", id="name"),
        pytest.param("lenn('a')", "did you mean 'len'?", id="builtin"),
        pytest.param("json.dumps(1)", "write `import json` at the top of the script", id="module"),
        pytest.param("c['body'].upper() if 1 else c['body'] + 'x'", "it is None here: check for that first", id="None"),
        pytest.param("c['body'] + 'x'", "the call has no body: context['body'] is None", id="no body"),
        pytest.param("__import__('jsn')", "did you mean 'json'?", id="misspelt module"),
        pytest.param("__import__('numpyx')", "only Python's standard library and the project's packages are there: `pybridge packages add NAME` asks for one", id="other module"),
        pytest.param("exit(1)", 'a macro returns its result: {"html": "…"}', id="exit"),
        pytest.param("{}['never heard of']", None, id="nothing close"),
    ],
)  # fmt: skip
def test_hint_says_what_to_do(host: Host, body: str, hint: str | None) -> None:
    host.load(m=f"def helper(): ...\ndef render(c):\n    return {{'html': {body}}}\n")
    error = host.call("m", {"name": "x"}, post={"title": "t"})["error"]
    assert error.get("hint") == hint


@pytest.mark.parametrize("module", ["js", "pyodide_js", "pyodide.ffi", "micropip", "requests"])
def test_import_of_what_no_sandbox_has_is_a_capability(host: Host, module: str) -> None:
    host.load(m=f"import {module}\ndef render(c): ...\n")
    error = host.call("m")["error"]
    assert (error["code"], error["type"]) == ("capability", "ModuleNotFoundError")
    assert error["script"] == {"path": "scripts/m.py", "line": 1, "column": 1}
    assert error["hint"]


def test_import_of_an_absent_part_of_the_standard_library_is_a_capability(host: Host) -> None:
    host.load(m="def render(c): raise ImportError('no', name='_socket')\n")
    assert host.call("m")["error"]["code"] == "capability"


def test_long_and_odd_messages_stay_one_line(host: Host) -> None:
    host.load(m="def render(c): raise ValueError('a\\n' * 5000 + '\\udc80')\n")
    message = host.call("m")["error"]["message"]
    assert "\n" not in message
    assert len(message) < 2100
    assert tidy("a\udc80b") == "a?b"


def test_failing_twice_reads_the_same(host: Host) -> None:
    host.load(map=MAP)
    first, second = (host.call("map", {"z": 1, "year2": 2, "yeah": 3})["error"] for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("name", "candidates", "found"),
    [
        ("yuotube", ["vimeo", "youtube"], "youtube"),
        ("ab", ["aa", "ac"], "aa"),
        ("x", ["abc"], None),
        ("", ["a"], None),
        ("a" * 100, ["a" * 99], None),
        ("TITLE", ["title"], "title"),
    ],
)
def test_closest(name: str, candidates: list[Any], found: str | None) -> None:
    assert closest(name, candidates) == found
