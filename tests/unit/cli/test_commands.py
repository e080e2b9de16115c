"""The other commands."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from pybridge import abi
from pybridge.cli import cli as program
from tests.unit.cli.conftest import Cli

pytestmark = pytest.mark.usefixtures("project")


def context(value: object) -> str:
    Path("context.json").write_text(value if isinstance(value, str) else json.dumps(value))
    return "context.json"


def test_call_fills_in_what_is_missing(cli: Cli) -> None:
    done = cli("call", "shout", "--context", context({"params": {"x": "hi"}}))
    assert (done.code, done.json) == (0, {"text": "HI!"})
    assert cli("call", "shout").json == {"text": "!"}
    assert cli("call", "count").json["text"] == "[{'tag': 'a', 'count': 1}]"


@pytest.mark.parametrize(
    ("name", "code"),
    [("broken", "exception"), ("nope", "not-found"), ("loop", "timeout"), ("util", "not-found")],
)
def test_call_reports_the_error(cli: Cli, name: str, code: str) -> None:
    done = cli("call", name, "--json")
    assert (done.code, done.json["error"]["code"]) == (1, code)
    assert not abi.validate("cli-error", done.json)
    assert cli("call", name).out == ""


def test_call_finds_by_id(cli: Cli) -> None:
    listed = cli("scripts", "list", "--json").json
    [script] = [script for script in listed if script["slug"] == "shout"]
    assert cli("call", script["id"]).json == {"text": "!"}


@pytest.mark.parametrize(
    ("value", "code", "parts"),
    [
        pytest.param("{", "schema", ["context.json:1:2: not JSON"], id="no-json"),
        pytest.param('{"params": NaN}', "schema", ["not JSON"], id="nan"),
        pytest.param([], "schema", ["must be an object"], id="no-object"),
        pytest.param(
            {"params": 1, "env": {"isPreview": "x"}, "extra": 1},
            "schema",
            ["/params", "/env/isPreview", "extra"],
            id="schema",
        ),
        pytest.param({"abi": 2}, "abi", ["ABI 1", "ABI 2"], id="abi"),
        pytest.param({"macro": "x"}, "schema", ["/macro"], id="macro"),
    ],
)
def test_call_refuses_a_bad_context(cli: Cli, value: object, code: str, parts: list[str]) -> None:
    done = cli("call", "shout", "--context", context(value), "--json")
    assert (done.code, done.json["error"]["code"]) == (1, code)
    assert all(part in done.json["error"]["message"] for part in parts)


def test_call_needs_a_slug_or_lines(cli: Cli) -> None:
    assert cli("call").code == 2
    assert cli("call", "shout", "--jsonl").code == 2
    assert cli("call", "shout", "--context", "missing.json").code == 1


def test_run_streams(cli: Cli) -> None:
    done = cli("run", "util", "a", "b")
    assert (done.code, done.out, done.err) == (0, "hi a b\n[\n  1\n]\n", "oops\n")
    done = cli("run", "scripts/util.py", "a", "--json", "--", "--json")
    assert not abi.validate("cli-run", done.json)
    assert {key: done.json[key] for key in ("status", "stdout", "stderr", "result")} == {
        "status": "ok",
        "stdout": "hi a --json\n",
        "stderr": "oops\n",
        "result": [1],
    }


def test_run_fails(cli: Cli) -> None:
    done = cli("run", "fails", "--json")
    assert (done.code, done.json["status"], done.json["code"]) == (1, "error", "exception")
    assert done.json["stdout"] == "before\n"
    Path("loop.py").write_text("print('x', flush=True)\nwhile True: pass\n")
    done = cli("run", "loop.py", "--timeout", "0.3", "--json")
    assert (done.code, done.json["code"], done.json["stdout"]) == (1, "timeout", "x\n")
    done = cli("run", "loop.py", "--timeout", "0.3")
    assert done.err == "error: loop.py: took longer than 0.3 s\n"
    done = cli("run", "fails")
    assert (done.code, done.out) == (1, "before\n")


def test_render_wants_a_folder_to_write_to(cli: Cli) -> None:
    Path("out").write_text("mine", encoding="utf-8")
    done = cli("render", "posts/good.md", "--out", "out")
    assert (done.code, done.out) == (2, "")
    assert "--out out is a file, a folder was expected" in done.err


def test_a_macro_that_hangs_is_named(cli: Cli) -> None:
    Path("posts/hang.md").write_text("[[loop]]", encoding="utf-8")
    done = cli("render", "posts/hang.md")
    assert "error: posts/hang.md:1:1: [[loop]]: took longer than 0.5 s" in done.err


def test_run_names_what_it_does_not_find(cli: Cli) -> None:
    done = cli("run", "utli", "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "not-found")
    assert "did you mean 'util'" in done.json["error"]["hint"]
    assert cli("run", "missing.py", "--json").json["error"]["code"] == "io"
    assert cli("run", "posts/missing", "--json").json["error"]["code"] == "io"
    done = cli("run", "posts")
    assert (done.code, done.out) == (1, "")
    assert "error: posts: this is a directory, a file was expected" in done.err


def test_bench_reads_the_earlier_run_before_it_measures(cli: Cli) -> None:
    done = cli("bench", "--baseline", "missing.json", "--json")
    assert (done.code, done.json["error"]["code"], done.err) == (1, "io", "")


def test_check_reports_all_scripts(cli: Cli) -> None:
    done = cli("check", "--json")
    assert done.code == 1
    assert not abi.validate("cli-check", done.json)
    wrong = [script["path"] for script in done.json["scripts"] if script["problems"]]
    assert wrong == ["scripts/syntax_error.py"]
    assert "error: scripts/syntax_error.py:1" in cli("check").err


@pytest.mark.parametrize("arguments", [(), ("scripts/shout.py",), ("--json",)])
def test_check_names_keys_of_the_settings_that_nothing_reads(
    project: Path, cli: Cli, arguments: tuple[str, ...]
) -> None:
    (project / "pybridge.toml").write_text("main_language = 'de'\n")
    assert (
        "unknown key 'main_language', ignored – did you mean mainLanguage?"
        in cli("check", *arguments).err
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["scripts/shout.py"], 0), (["scripts/syntax_error.py"], 1), (["nope.py"], 1), (["posts"], 2)],
)
def test_check_takes_paths(cli: Cli, arguments: list[str], code: int) -> None:
    assert cli("check", *arguments).code == code


def test_scripts_list(cli: Cli) -> None:
    done = cli("scripts", "list", "--json")
    assert not abi.validate("cli-scripts", done.json)
    origins = {script["slug"]: script["origin"] for script in done.json}
    assert origins["shout"] == "project"
    assert origins["youtube"] == "default"
    assert "shout " in cli("scripts", "list").out


def test_init_fills_a_folder_and_never_overwrites(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / "new"
    done = cli("init", root, "--json")
    assert (done.code, done.json["kept"]) == (0, [])
    assert (root / "scripts" / "youtube.py").is_file()
    seeded = json.loads((root / "scripts" / ".defaults.json").read_text())["seeded"]
    assert set(seeded) >= {"youtube.py", "vimeo.py"}
    rendered = cli("render", root / "posts", "--json", "--strict")
    assert rendered.code == 0, rendered.out
    origins = {
        s["slug"]: s["origin"] for s in cli("scripts", "list", "--project", root, "--json").json
    }
    assert (origins["hello"], origins["youtube"]) == ("project", "default")
    (root / "scripts" / "vimeo.py").unlink()
    (root / "pybridge.toml").write_text("# mine\n")
    again = cli("init", root, "--json")
    assert (again.code, again.json["written"]) == (0, [])
    assert (root / "pybridge.toml").read_text() == "# mine\n"
    assert not (root / "scripts" / "vimeo.py").exists()


def test_init_refuses_a_file(cli: Cli) -> None:
    assert cli("init", "pybridge.toml").code == 2


def test_doctor_tells_what_is_there(cli: Cli) -> None:
    done = cli("doctor", "--json")
    assert not abi.validate("cli-doctor", done.json)
    assert done.code == (0 if done.json["ok"] else 1)
    names = [check["name"] for check in done.json["checks"]]
    engines = ["engine wasi", "engine native"]
    assert names == [
        "python", *engines, "node", "playwright", "chromium", "pyodide", "engine browser",
    ]  # fmt: skip


def test_doctor_gives_hints(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = cli("doctor", "--json")
    node = next(check for check in done.json["checks"] if check["name"] == "node")
    assert (done.code, node["status"]) == (0, "warning")
    assert "install Node" in node["hint"]
    assert "! node" in cli("doctor").out


def test_every_command_has_help_with_an_example(cli: Cli) -> None:
    for name in ("init", "build", "render", "call", "run", "check", "doctor"):
        done = cli(name, "-h")
        assert done.code == 0
        assert "Example: " in done.out, name
    assert {*program.list_commands(click.Context(program))} >= {
        "init",
        "build",
        "render",
        "scripts",
    }
    assert cli("--version").out.startswith("pybridge, version ")
    assert cli("nope").code == 2


def test_running_a_macro_as_a_program_is_told(cli: Cli) -> None:
    for asked in ("shout", "scripts/shout.py"):
        done = cli("run", asked)
        assert (done.code, done.out) == (0, "")
        assert "`pybridge call shout`" in done.err
    assert cli("run", "util").err.strip() == "oops"


@pytest.mark.parametrize("params", ["post, context", "post", "", "*given"])
def test_running_a_transform_calls_nothing_and_says_what_does(
    project: Path, cli: Cli, params: str
) -> None:
    path = project / "scripts" / "loud.py"
    path.write_text(f"def transform({params}):\n    raise ValueError\n")
    for name in ("loud", "scripts/loud.py"):
        done = cli("run", name)
        assert (done.code, done.out) == (0, "")
        assert "loud is a transform" in done.err
        assert "`pybridge transform POST`" in done.err


@pytest.mark.parametrize("value", ['{"a": 1}', "[1]", ' {"long": "' + "x" * 5000 + '"}'])
def test_a_context_in_place_of_its_file_is_told(cli: Cli, value: str) -> None:
    done = cli("call", "shout", "--context", value)
    assert done.code == 2
    assert "--context takes the name of a file, or - for stdin" in done.err
