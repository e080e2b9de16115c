from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.unit.macros.host import Host, call, returning


def answer(host: Host, name: str) -> Any:
    outcome = host.call(name)
    return outcome["result"]["html"] if "result" in outcome else outcome["error"]["message"]


def headed(content: str, **values: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in values.items())
    return f'"""\n---\n{lines}---\n"""\n{content}'


def test_project_script_wins_over_default_of_the_same_name(host: Host) -> None:
    host.send(
        "load",
        scripts=[
            {"path": "a/x.py", "content": returning("'project'"), "origin": "project"},
            {"path": "b/x.py", "content": returning("'default'"), "origin": "default"},
        ],
    )
    assert answer(host, "x") == "project"
    host.send("load", scripts=[], unload=["a/x.py"])
    assert answer(host, "x") == "default"


def test_slug_wins_over_alias_and_alias_over_id(host: Host) -> None:
    host.load(
        a=returning("'a'", "ALIASES = ['b', 'one']"),
        b=returning("'b'"),
        c=headed(returning("'c'"), id='"one"'),
        d=headed(returning("'d'"), id='"Id-D"'),
    )
    answers = [answer(host, name) for name in ("a", "b", "one", "ID-d", "A")]
    assert answers == ["a", "b", "a", "d", "a"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(headed(returning("''"), enabled="false"), "the macro 'x' is disabled (scripts/x.py)", id="disabled"),
        pytest.param("print(1)", "'x' is a utility, not a macro (scripts/x.py)", id="utility"),
        pytest.param("def transform(p): ...", "'x' is a transform, not a macro (scripts/x.py)", id="transform"),
    ],
)  # fmt: skip
def test_what_cannot_be_called_is_explained(host: Host, content: str, message: str) -> None:
    host.load(x=content)
    error = host.call("x")["error"]
    assert (error["code"], error["message"]) == ("not-found", message)


def test_unknown_macro_is_close_to_a_known_one(host: Host) -> None:
    host.load(word_count=returning("''"), other=returning("''"))
    assert host.call("word_cuont")["error"] == {
        "code": "not-found",
        "message": "no macro named 'word_cuont'",
        "macro": "word_cuont",
        "hint": "did you mean 'word_count'?",
    }
    assert "hint" not in host.call("zzz")["error"]


def test_disabled_project_script_hides_the_default(host: Host) -> None:
    host.load_defaults()
    content = headed(returning("''"), enabled="false")
    source = {"path": "scripts/youtube.py", "content": content, "origin": "project"}
    host.send("load", scripts=[source])
    assert "disabled" in answer(host, "youtube")
    host.send("load", scripts=[{**source, "enabled": True}])
    assert answer(host, "youtube") == ""


def test_utility_of_a_project_hides_no_macro(host: Host) -> None:
    host.load_defaults()
    host.send(
        "load", scripts=[{"path": "s/youtube.py", "content": "print(1)", "origin": "project"}]
    )
    assert answer(host, "youtube") == ""


def test_same_path_replaces_and_forgets_state(host: Host) -> None:
    counting = returning("str(next(counter))", "import itertools\ncounter = itertools.count()")
    host.load(count=counting)
    assert [answer(host, "count") for _ in range(3)] == ["0", "1", "2"]
    host.load(count=counting)
    assert answer(host, "count") == "0"
    host.load(count=returning("'other'"))
    assert answer(host, "count") == "other"


def test_unloaded_script_is_gone(host: Host) -> None:
    host.load(x=returning("__name__"))
    assert answer(host, "x") == "script.scripts.x"
    assert "script.scripts.x" in sys.modules
    host.send("load", scripts=[], unload=["scripts/x.py", "scripts/never-there.py"])
    assert answer(host, "x") == "no macro named 'x'"
    assert "script.scripts.x" not in sys.modules


def test_each_script_has_a_namespace_of_its_own(host: Host) -> None:
    host.load(
        a=returning("value", "value = 'a'\njson = None"),
        b=returning("globals().get('value', 'nothing')"),
    )
    assert [answer(host, name) for name in ("a", "b")] == ["a", "nothing"]


def test_bodies_run_at_first_use_only(host: Host) -> None:
    host.load(loud=returning("'x'", "print('body')"))
    outcomes = host.render([call("loud"), call("loud")])
    assert [outcome.get("stdout") for outcome in outcomes] == ["body\n", None]
