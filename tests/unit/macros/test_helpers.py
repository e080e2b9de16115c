"""Helper modules: who may import them, what happens when they change, and how they fail."""

from __future__ import annotations

import sys

import pytest

from tests.unit.macros.host import Host, returning

DATES = "def nice(text):\n    return text.upper()\n"
USER = returning("nice('x')", "from _dates import nice")


def html(host: Host, name: str = "user") -> str:
    outcome = host.call(name)
    assert "result" in outcome, outcome
    return str(outcome["result"]["html"])


def test_a_helper_is_no_script(host: Host) -> None:
    [known] = host.load(_dates=DATES + "def render(context):\n    return {'text': 'x'}\n")
    assert (known["kind"], known["slug"], known["title"]) == ("helper", "_dates", "_dates")
    assert known["problems"] == []
    assert host.call("_dates")["error"]["code"] == "not-found"
    [ran] = host.send("run", script={"slug": "_dates"}, args=[])
    assert ran["code"] == "not-found"


@pytest.mark.parametrize(
    "head",
    [
        "from _dates import nice",
        "import _dates\nnice = _dates.nice",
        "import importlib\nnice = importlib.import_module('_dates').nice",
        "nice = __import__('_dates').nice",
        "def nice(text):\n    from _dates import nice as real\n    return real(text)",
    ],
)
def test_ways_to_import_and_to_reload(host: Host, head: str) -> None:
    host.load(user=returning("nice('x')", head), _dates=DATES)
    assert html(host) == "X"
    host.load(_dates="def nice(text):\n    return text * 2\n")
    assert html(host) == "xx"


def test_a_change_reaches_users_of_users(host: Host) -> None:
    host.load(
        user=returning("str(_page.title())", "import _page"),
        _page="from _words import WORD\ndef title():\n    return WORD\n",
        _words="WORD = 1\n",
        other=returning("str(COUNT.append(1) or len(COUNT))", "COUNT = []"),
    )
    assert (html(host), html(host, "other")) == ("1", "1")
    host.load(_words="WORD = 2\n")
    assert (html(host), html(host, "other")) == ("2", "2")


def test_a_missing_helper_may_come_later_and_go_again(host: Host) -> None:
    host.load(user=USER)
    error = host.call("user")["error"]
    assert error["message"] == "ModuleNotFoundError: No module named '_dates'"
    assert error["hint"] == "a helper module is a file _dates.py in the project's scripts/"
    host.load(_dates=DATES)
    assert html(host) == "X"
    host.send("load", scripts=[], unload=["scripts/_dates.py"])
    assert host.call("user")["error"]["type"] == "ModuleNotFoundError"


def test_helpers_belong_to_their_session(host: Host) -> None:
    before = set(sys.modules)
    other = Host()
    host.load(user=USER, _dates=DATES)
    other.load(user=USER, _dates="def nice(text):\n    return 'other'\n")
    assert [html(host), html(other), html(host)] == ["X", "other", "X"]
    assert not {name for name in set(sys.modules) - before if name.startswith("_dates")}
    assert not any(type(finder).__name__ == "Helpers" for finder in sys.meta_path)
    stranger = Host()
    stranger.load(user=USER)
    assert stranger.call("user")["error"]["type"] == "ModuleNotFoundError"


def test_a_helper_is_run_once_and_shared_by_scripts(host: Host) -> None:
    counting = "import _count\ndef render(context):\n    _count.n += 1\n    return {'html': str(_count.n)}\n"
    host.load(one=counting, two=counting, _count="n = 0\n")
    assert [html(host, name) for name in ("one", "two", "one")] == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["_json", "_datetime", "_ssl", "_winapi"])
def test_the_standard_library_comes_first(host: Host, name: str) -> None:
    [known, *_] = host.load(
        **{name: "raise ValueError\n"}, user=returning("'1'", "import json, datetime")
    )
    assert known["problems"][0]["message"].startswith(f"Python itself has a module {name}")
    assert html(host) == "1"


def test_a_name_that_cannot_be_imported_is_a_problem(host: Host) -> None:
    [known] = host.load(**{"_my-dates": DATES})
    assert known["problems"][0]["message"].startswith("'_my-dates' cannot be imported")


def test_the_outermost_of_two_helpers_of_a_name_is_the_one(host: Host) -> None:
    sources = [
        {"path": path, "content": f"WHERE = {path!r}\n", "origin": "project"}
        for path in ("scripts/a/_where.py", "scripts/_where.py", "scripts/b/c/_where.py")
    ]
    host.send("load", scripts=sources)
    host.load(user=returning("WHERE", "from _where import WHERE"))
    assert html(host) == "scripts/_where.py"


def test_a_syntax_error_is_shown_where_it_is(host: Host) -> None:
    [known, _] = host.load(_dates="x = 1\ndef nice(:\n", user=USER)
    assert known["problems"][0]["code"] == "syntax"
    error = host.call("user")["error"]
    assert (error["code"], error["macro"]) == ("syntax", "user")
    assert error["script"]["path"] == "scripts/_dates.py"
    assert error["script"]["line"] == 2
    assert "→ 2 def nice(:" in error["excerpt"]
    assert [frame["path"] for frame in error["frames"]] == ["scripts/user.py"]
    host.load(_dates=DATES)
    assert html(host) == "X"


def test_a_traceback_shows_the_helpers_own_lines(host: Host) -> None:
    host.load(user=USER, _dates="def nice(text):\n    return {}[text]\n")
    error = host.call("user")["error"]
    assert [(f["path"], f["line"], f["text"]) for f in error["frames"]] == [
        ("scripts/user.py", 3, "return {'html': nice('x')}"),
        ("scripts/_dates.py", 2, "return {}[text]"),
    ]
    assert error["script"]["path"] == "scripts/_dates.py"
    assert "→ 2     return {}[text]" in error["excerpt"]


def test_a_helper_that_fails_while_it_is_imported(host: Host) -> None:
    host.load(user=USER, _dates="nice = 1 / 0\n")
    for _ in range(2):
        error = host.call("user")["error"]
        assert (error["type"], error["script"]["path"]) == (
            "ZeroDivisionError",
            "scripts/_dates.py",
        )
    assert "_dates" not in sys.modules


@pytest.mark.parametrize(
    "helpers",
    [
        {"_dates": "from _dates import nice\n"},
        {"_dates": "from _b import nice\n", "_b": "from _dates import nice\n"},
        {"_dates": "import _b\nnice = _b.nice\n", "_b": "import _dates\nnice = _dates.nice\n"},
    ],
    ids=["itself", "each other", "by attribute"],
)
def test_a_circle_is_told(host: Host, helpers: dict[str, str]) -> None:
    host.load(user=USER, **helpers)
    error = host.call("user")["error"]
    assert "partially initialized module '_dates'" in error["message"]
    assert (
        error["hint"]
        == "helpers import each other in a circle: move what both need into a third one"
    )


def test_programs_and_transforms_import_helpers_too(host: Host) -> None:
    host.load(
        _dates=DATES,
        tidy="from _dates import nice\ndef transform(post):\n    post['title'] = nice(post['title'])\n",
    )
    assert host.run("from _dates import nice\ndef main():\n    return nice('x')\n")["result"] == "X"
    post = {"title": "a", "content": "b", "tags": [], "categories": []}
    [reply] = host.send("transform", post=post, context={}, sliceMs=1000)
    assert reply["outcome"]["post"]["title"] == "A"


def test_checking_a_helper(host: Host) -> None:
    [reply] = host.send("check", path="scripts/_dates.py", content="def nice(:\n")
    assert (reply["script"]["kind"], reply["problems"][0]["code"]) == ("helper", "syntax")
    [reply] = host.send("check", path="scripts/_dates.py", content="def nice(): ...\n")
    assert reply["problems"] == []


def test_library_code_finds_the_classes_of_a_helper(host: Host) -> None:
    helper = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Stop:\n    name: str\n"
    )
    host.load(_stops=helper, user=returning("Stop('a').name", "from _stops import Stop"))
    assert html(host) == "a"
