"""`pybridge transform`: what it prints, how it ends."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from tests.unit.cli.conftest import Cli
from tests.unit.macros.test_transforms import BGG

POST: dict[str, Any] = {
    "title": "BoardGameGeek | Great Game",
    "content": "Read this: BoardGameGeek | Great Game",
    "tags": ["inbox"],
    "categories": [],
}
TRANSFORM = ("transform", "--engine", "native")


def write(project: Path, value: Any, name: str = "post.json") -> Path:
    path = project / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def add(project: Path, name: str, text: str) -> None:
    (project / "scripts" / f"{name}.py").write_text(text, "utf-8", newline="")


def test_the_legacy_script_transforms_a_post(project: Path, cli: Cli) -> None:
    add(project, "bgg_link", BGG)
    done = cli(*TRANSFORM, write(project, {**POST, "id": "p1"}), "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json == {
        "post": {
            "title": "BoardGameGeek",
            "content": "Read this: BoardGameGeek",
            "tags": ["inbox", "spielen"],
            "categories": ["aside"],
        },
        "applied": ["bgg_link"],
        "errors": [],
        "toasts": ["a game: BoardGameGeek"],
    }


def test_the_working_folder_decides_which_project_transforms(
    project: Path, cli: Cli, tmp_path_factory: pytest.TempPathFactory
) -> None:
    post = write(tmp_path_factory.mktemp("elsewhere"), POST)
    done = cli(*TRANSFORM, post)
    assert (done.code, done.json["applied"]) == (0, [])
    assert "no transform was applied" in done.err
    add(project, "bgg_link", BGG)
    done = cli(*TRANSFORM, post)
    assert (done.code, done.json["applied"]) == (0, ["bgg_link"])
    assert "no transform" not in done.err


def test_failures_are_told_and_end_with_one(project: Path, cli: Cli) -> None:
    add(project, "a_boom", "def transform(post):\n    raise RuntimeError('boom')\n")
    add(project, "b_hangs", "def transform(post):\n    while True: pass\n")
    add(project, "c_fine", "def transform(post):\n    toast('fine')\n    print('seen')\n")
    done = cli(*TRANSFORM, write(project, POST))
    assert done.code == 1
    assert abi.validate("transformed", done.json) == []
    assert (done.json["post"], done.json["applied"]) == (POST, ["c_fine"])
    told = [(error["scriptSlug"], error["code"]) for error in done.json["errors"]]
    assert told == [("a_boom", "exception"), ("b_hangs", "timeout")]
    assert "scripts/a_boom.py:2 in transform: a_boom was skipped: RuntimeError: boom" in done.err
    assert "note: fine" in done.err
    assert "seen" in done.err


def test_post_from_stdin_and_context_from_a_file(
    project: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(project, "cite", "def transform(post, context):\n    post['content'] += context['url']\n")
    post = json.dumps({"title": "t", "content": "see:"})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(post.encode())))
    context = write(project, {"url": "https://a.example/"}, "context.json")
    done = cli(*TRANSFORM, "-", "--context", context, "--json")
    assert done.code == 0
    assert done.json["post"]["content"] == "see:https://a.example/"
    assert done.json["post"]["tags"] == []


def test_a_bookmarklet_becomes_a_post_in_the_projects_category(project: Path, cli: Cli) -> None:
    (project / "meta").mkdir()
    (project / "meta" / "project.json").write_text('{"blogmarkCategory": "aside"}')
    add(project, "say", "def transform(post, context):\n    toast(context['source'])\n")
    link = "bds://new-post?title=A%20%5Btitle%5D&url=https%3A%2F%2Fexample.com%2Fx%3Fy%3D1%23frag"
    done = cli(*TRANSFORM, "--bookmarklet", link, "--json")
    assert done.code == 0
    assert done.json["post"] == {
        "title": "A [title]",
        "content": "[A \\[title\\]](https://example.com/x?y=1)",
        "tags": [],
        "categories": ["aside"],
    }
    assert done.json["toasts"] == ["blogmark"]


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        pytest.param([], "usage", 2, id="no post"),
        pytest.param(["post.json", "--bookmarklet", "bds://new-post"], "usage", 2, id="both"),
        pytest.param(["-", "--context", "-"], "usage", 2, id="stdin twice"),
        pytest.param(["bds://new-post?title=a"], "usage", 2, id="link without its option"),
        pytest.param(["https://example.com/a"], "usage", 2, id="address"),
        pytest.param(["--bookmarklet", "javascript:alert(1)"], "schema", 1, id="bad link"),
        pytest.param(["missing.json"], "io", 1, id="no file"),
        pytest.param(["empty.json"], "schema", 1, id="no JSON"),
        pytest.param(["blank.json"], "schema", 1, id="blank title"),
        pytest.param(["list.json"], "schema", 1, id="no object"),
        pytest.param(["post.json", "--context", "list.json"], "schema", 1, id="bad context"),
    ],
)
def test_bad_input(
    project: Path, cli: Cli, arguments: list[str], code: str, exit_code: int
) -> None:
    write(project, POST)
    write(project, "", "empty.json")
    write(project, {**POST, "title": " "}, "blank.json")
    write(project, [], "list.json")
    done = cli(*TRANSFORM, *arguments, "--json")
    assert (done.json["error"]["code"], done.code) == (code, exit_code)


def test_helpers_work_everywhere_and_are_no_scripts(project: Path, cli: Cli) -> None:
    add(project, "_words", "def loud(text):\n    return text.upper()\n")
    add(
        project,
        "cry",
        "from _words import loud\ndef render(context):\n    return {'text': loud('a')}\n",
    )
    add(project, "tool", "from _words import loud\ndef main():\n    return loud('b')\n")
    assert cli("call", "cry").json == {"text": "A"}
    assert cli("run", "scripts/tool.py", "--json").json["result"] == "B"
    assert cli("run", "tool", "--json").json["result"] == "B"
    assert "_words" not in [script["slug"] for script in cli("scripts", "list", "--json").json]
    assert cli("run", "_words", "--json").json["error"]["code"] == "not-found"


def test_helpers_are_checked(project: Path, cli: Cli) -> None:
    add(project, "_words", "def loud(:\n")
    checked = {script["path"]: script for script in cli("check", "--json").json["scripts"]}
    assert checked["scripts/_words.py"]["problems"][0]["code"] == "syntax"
    done = cli("check", "scripts/_words.py", "--json")
    assert (done.code, len(done.json["scripts"])) == (1, 1)


def test_a_utility_with_an_entrypoint_runs(project: Path, cli: Cli) -> None:
    header = '"""\n---\nslug: "count"\nkind: "utility"\nentrypoint: "main"\n---\n"""\n'
    body = "import sys\n\ndef main():\n\tprint(*sys.argv[1:])\n\treturn len(sys.argv)"
    add(project, "count", header + body)
    done = cli("run", "count", "a", "b", "--json")
    assert (done.json["stdout"], done.json["result"]) == ("a b\n", 3)
