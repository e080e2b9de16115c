"""The commands around the store: what they print fits its schema, what they cannot do they say."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from pybridge import abi
from tests.unit.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("project")

HEADER = '"""\n---\nslug: "map"\ntitle: "Map"\nversion: 1\n---\n"""\n'


@pytest.fixture(autouse=True)
def _scripts(project: Path) -> None:
    """Scripts that need no engine: one starts where the Python at hand cannot parse a script."""
    (project / "scripts" / "syntax_error.py").unlink()
    (project / "scripts" / "map.py").write_text(HEADER + "def render(context):\n    return {}\n")
    (project / "scripts" / "bad.py").write_bytes(b"\xff")
    (project / "scripts" / "twin.py").write_text(HEADER)
    (project / "use.md").write_text("[[map]]")


@pytest.mark.parametrize(
    ("line", "schema"),
    [
        ("init other", "cli-init"),
        ("scripts list", "cli-scripts"),
        ("scripts show map", "cli-script"),
        ("scripts show youtube", "cli-script"),
        ("scripts new Atlas --kind transform", "cli-script-change"),
        ("scripts rename map atlas --dry-run", "cli-script-change"),
        ("scripts rename map atlas --title Atlas --update-documents", "cli-script-change"),
        ("scripts alias map --add chart", "cli-script-change"),
        ("scripts alias map --add chart --dry-run", "cli-script-change"),
        ("scripts disable map", "cli-script-change"),
        ("scripts enable map", "cli-script-change"),
        ("scripts disable shout --add-header", "cli-script-change"),
        ("scripts delete map", "cli-script-change"),
        ("scripts search render", "cli-search"),
        ("sync", "cli-sync"),
        ("sync --prefer index", "cli-sync"),
        ("rebuild", "cli-sync"),
        ("diff", "cli-diff"),
        ("seed --dry-run", "cli-seed"),
        ("seed", "cli-seed"),
        ("check", "cli-check"),
        ("check scripts/map.py", "cli-check"),
    ],
)
def test_every_document_fits_its_schema(cli: Cli, line: str, schema: str) -> None:
    done = cli(*line.split(), "--json")
    assert abi.validate(schema, done.json) == []
    assert done.code == (1 if line == "check" else 0)


def test_history_and_restore_fit_theirs(cli: Cli) -> None:
    cli("scripts", "disable", "scripts/map.py")
    history = cli("scripts", "history", "scripts/map.py", "--json").json
    assert abi.validate("cli-history", history) == []
    [version] = history["versions"]
    done = cli("scripts", "restore", "scripts/map.py", version["sha256"][:6], "--json")
    assert abi.validate("cli-script-change", done.json) == []
    assert done.json["version"] == 3


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("scripts show nope", 1, "no script named 'nope'"),
        ("scripts rename map my-map", 2, "take 'my_map'"),
        ("scripts rename map shout", 1, "is called 'shout' already"),
        ("scripts alias map", 2, "--add ALIAS"),
        ("scripts alias map --add shout", 1, "'shout' is a name of scripts/shout.py already"),
        ("scripts alias map --add a-b", 2, "letters, digits and _ only"),
        ("scripts alias map --remove chart", 2, "no alias 'chart'"),
        ("scripts disable shout", 2, "--add-header"),
        ("scripts disable youtube", 2, "pybridge seed"),
        ("scripts restore map", 1, "no script named 'map' in the history"),
        ("diff --check", 1, ""),
        ("sync --project /nowhere", 2, "no project"),
    ],
)
def test_failures_say_what_to_do(cli: Cli, line: str, code: int, words: str) -> None:
    cli("sync")
    Path("scripts/new.py").write_text("x = 1\n")
    done = cli(*line.split())
    assert done.code == code
    assert words in done.err
    told = cli(*line.split(), "--json").json
    assert abi.validate("cli-diff" if line.startswith("diff") else "cli-error", told) == []


def test_conflicts_and_bad_files_stand_beside_the_others(cli: Cli) -> None:
    Path("scripts/syntax_error.py").write_text("def render(:\n")
    listed = cli("scripts", "list")
    assert "scripts/bad.py:1:1: not valid UTF-8" in listed.err
    twin = next(line for line in listed.out.splitlines() if "twin.py" in line)
    assert "has problems" in twin
    assert "slug 'map': scripts/map.py wins over scripts/twin.py" in cli("sync").err
    checked = cli("check", "--json").json["scripts"]
    found = {entry["path"]: [each["code"] for each in entry["problems"]] for entry in checked}
    assert found["scripts/bad.py"] == ["encoding"]
    assert found["scripts/twin.py"] == ["conflict"]
    assert found["scripts/syntax_error.py"] == ["syntax"]


def test_commands_see_the_files_as_they_are_now(cli: Cli) -> None:
    cli("sync")
    Path("scripts/later.py").write_text("# a zebra\n")
    assert "later" in cli("scripts", "list").out
    assert "later" in cli("scripts", "search", "zebra").out
    assert cli("diff", "--json").json["same"] is False


def test_syntax_of_the_sandbox_is_no_mistake(cli: Cli) -> None:
    Path("scripts/nested.py").write_text('X = 1\nY = f"{"a" + f"{"b"}"}"\ntype Z = int\n')
    assert cli("check", "scripts/nested.py").code == 0
    Path("scripts/newer.py").write_text('x = t"a {1}"\n')
    done = cli("check", "scripts/newer.py")
    assert done.code == 1
    assert "newer than Python 3.12" in done.err


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_gets_headings(project: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pybridge", "scripts", "list"]
    subprocess.run(command, stdout=theirs, stderr=subprocess.DEVNULL, check=True, cwd=project)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "slug" in shown
    assert "path" in shown
    assert "shout" in shown


def test_a_rename_that_leaves_a_document_fails(cli: Cli, project: Path) -> None:
    (project / "posts" / "latin.md").write_bytes(b"caf\xe9 [[shout]]")
    done = cli("scripts", "rename", "shout", "cry", "--update-documents")
    assert done.code == 1
    assert "posts/latin.md:1:4: not valid UTF-8" in done.err
    assert "[[cry x=hi]]" in (project / "posts" / "good.md").read_text()
    assert cli("scripts", "rename", "cry", "shout").code == 0
