"""`pybridge test`: examples inside of scripts and beside them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from pybridge import abi
from pybridge.project.discover import Project
from pybridge.project.documents import find_documents
from tests.unit.cli.conftest import Cli

GREET = """EXAMPLES = [
    {"text": "[[greet name=World]]", "output": "<b>World</b>"},
    {"name": "no name", "text": "[[greet]]", "error": "exception"},
    {"text": "[[greet name=tags]]", "output": "<b>tags</b>", "data": {"tagUsage": []}},
]


def render(context):
    return {"html": "<b>" + str(context["params"]["name"]) + "</b>"}
"""


@pytest.fixture
def tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, "scripts/greet.py", GREET)
    write(tmp_path, "scripts/tests/greet/basic.md", "# Hi\n\n[[greet name=A]]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def run(cli: Cli, *arguments: str) -> tuple[int, dict[str, str]]:
    done = cli("test", "--engine", "native", "--json", *arguments)
    assert abi.validate("cli-test", done.json) == []
    assert done.json["ok"] == (done.code == 0)
    return done.code, {each["name"]: each["status"] for each in done.json["tests"]}


PASSED = {"example 1": "passed", "no name": "passed", "example 3": "passed"}


def test_a_golden_output_is_written_once_and_compared_then(cli: Cli, tested: Path) -> None:
    golden = tested / "scripts/tests/greet/basic.out"
    assert run(cli) == (1, {**PASSED, "basic": "failed"})
    assert not golden.exists()
    assert run(cli, "--update") == (0, {**PASSED, "basic": "updated"})
    assert golden.read_text("utf-8") == "# Hi\n\n<b>A</b>\n"
    assert run(cli, "--update") == (0, {**PASSED, "basic": "passed"})
    golden.write_text("# Hi\n\n<b>B</b>\n", "utf-8")
    done = cli("test", "--engine", "native")
    assert done.code == 1
    assert "-<b>B</b>\n+<b>A</b>" in done.err
    assert "failed  greet: basic" in done.out
    assert "4 examples tested, 1 failed" in done.err


def test_a_script_that_changes_fails_its_examples(cli: Cli, tested: Path) -> None:
    write(tested, "scripts/greet.py", GREET.replace('"<b>" + str', '"<i>" + str'))
    _, statuses = run(cli, "--update", "greet")
    assert statuses == {
        "example 1": "failed",
        "no name": "passed",
        "example 3": "failed",
        "basic": "updated",
    }


def test_the_examples_of_one_script_run_alone(cli: Cli, tested: Path) -> None:
    write(tested, "scripts/tests/other/x.md", "x\n")
    write(tested, "scripts/other.py", "def render(context):\n    return {'text': ''}\n")
    assert run(cli, "other") == (1, {"x": "failed"})
    done = cli("test", "nowhere", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "not-found")


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        pytest.param("{}", "must be a list", id="no list"),
        pytest.param("[1]", "a dict with text", id="no dict"),
        pytest.param('[{"output": "x"}]', "a dict with text", id="no text"),
        pytest.param('[{"text": "x"}]', "either output or error", id="nothing expected"),
        pytest.param('[{"text": "x", "output": "x", "error": "y"}]', "either", id="both"),
        pytest.param('[{"text": "x", "output": "x", "env": {"a": 1}}]', "/env", id="env"),
        pytest.param(
            '[{"text": "x", "output": "x", "hint": ""}]', "a dict with text", id="unknown"
        ),
        pytest.param('[{"text": str(1), "output": "x"}]', "literal", id="code"),
    ],
)
def test_a_wrong_example_fails_with_its_line(
    cli: Cli, tested: Path, examples: str, words: str
) -> None:
    write(tested, "scripts/greet.py", f"import sys\n\nEXAMPLES = {examples}\n")
    done = cli("test", "--engine", "native", "--json")
    first = done.json["tests"][0]
    assert (done.code, first["status"], first["line"]) == (1, "failed", 3)
    assert words in first["message"]
    assert first["message"].startswith("scripts/greet.py:3: ")


def test_junit_says_the_same(cli: Cli, tested: Path) -> None:
    write(tested, "scripts/tests/greet/basic.out", "\x01\n")
    assert cli("test", "--engine", "native", "--junit", "report.xml").code == 1
    suite = ElementTree.parse(tested / "report.xml").getroot()
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("4", "1")
    failed = [case for case in suite if case.find("failure") is not None]
    assert [(case.attrib["classname"], case.attrib["name"]) for case in failed] == [
        ("greet", "basic")
    ]
    done = cli("test", "--engine", "native", "--junit", "nowhere/report.xml", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "io")


def test_documents_beside_scripts_are_not_those_of_the_project(tested: Path) -> None:
    write(tested, "posts/a.md", "x")
    write(tested, "scripts/readme.md", "x")
    found = find_documents([tested], Project(tested))
    assert [file.name for file in found] == ["posts/a.md", "scripts/readme.md"]


def test_without_examples_the_command_says_where_they_go(cli: Cli, tested: Path) -> None:
    done = cli("test", "youtube", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "usage")


def test_the_built_in_macros_pass_their_own(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = cli("test", "--json")
    assert done.code == 0
    assert {each["status"] for each in done.json["tests"]} == {"passed"}
    assert {each["script"] for each in done.json["tests"]} == {
        "details", "gallery", "note", "photo_archive", "tag_cloud", "vimeo", "youtube",
    }  # fmt: skip
