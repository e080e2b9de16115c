"""Commands in a page: tools beside Python, pipelines, first lines of files, the allowlist, tools for agents, the wall."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from e2e.processes.browsers import IN_BROWSERS
from e2e.processes.conftest import ProcessPage
from tests.processes.tools import BYTES, UPPER, made
from tests.unit.processes.test_wall import TRIES

pytestmark = IN_BROWSERS


@pytest.fixture(scope="module")
def tools(processes: ProcessPage, tmp_path_factory: pytest.TempPathFactory) -> ProcessPage:
    folder = tmp_path_factory.mktemp("tools")
    processes.register("upper", made(folder, "upper", UPPER).read_bytes())
    processes.register("bytes", made(folder, "bytes", BYTES).read_bytes())
    return processes


def test_tools_and_python_form_a_pipeline_in_one_file_tree(tools: ProcessPage) -> None:
    save = "import sys; t = sys.stdin.read(); open('kept', 'w').write(t); print(t, end='')"
    stages = [["python", "-c", "print('grüße')"], ["upper"], ["python", "-c", save], ["bytes"]]
    done = tools.run({"pipeline": stages})
    assert (done["exitCode"], done["stdout"], done["stderr"]) == (0, "8\n", "")
    assert done["files"] == {"/home/user/kept": "GRüßE\n"}


def test_a_script_that_one_command_makes_is_run_by_the_next(tools: ProcessPage) -> None:
    make = "open('next', 'w').write('#!/usr/bin/env python3\\nprint(input())')"
    stages = [["python", "-c", f"{make}\nprint('passed on')"], ["./next"]]
    assert tools.run({"pipeline": stages})["stdout"] == "passed on\n"


def test_what_one_command_hands_to_the_next_is_limited(tools: ProcessPage) -> None:
    stages = [["python", "-c", "print('x' * 5000)"], ["bytes"]]
    done = tools.run({"pipeline": stages, "limits": {"filesBytes": 4000}})
    assert (done["exitCode"], done["errorClass"]) == (1, "limit")
    assert "more than 4,000 bytes for the next command" in done["message"]


@pytest.mark.parametrize(
    ("first_line", "code", "stdout"),
    [
        ("#!/usr/bin/env python3", 0, "['run.me', 'x']\n"),
        ("#!/usr/bin/env -S python3 -B", 0, "['run.me', 'x']\n"),
        ("#!/usr/bin/python3", 0, "['run.me', 'x']\n"),
        ("#! /usr/local/bin/python3.12 -u", 0, "['run.me', 'x']\n"),
        ("#!/usr/bin/env upper", 0, ""),
        ("#!/usr/bin/env 'python3'", 0, "['run.me', 'x']\n"),
        ("#!/usr/bin/env ruby", 127, ""),
        ("#!/bin/sh", 127, ""),
        ("#!/bin/'sh", 127, ""),
        ("print(1)", 127, ""),
        ("", 127, ""),
    ],
)
def test_the_first_line_of_a_file_names_its_program(
    tools: ProcessPage, first_line: str, code: int, stdout: str
) -> None:
    text = f"{first_line}\nimport os, sys\nprint([os.path.basename(sys.argv[0]), *sys.argv[1:]])\n"
    for name, cwd in (
        ("./run.me", "/home/user"),
        ("/home/user/run.me", "/"),
        ("user/run.me", "/home"),
    ):
        done = tools.run({"argv": [name, "x"], "cwd": cwd, "files": {"/home/user/run.me": text}})
        assert (done["exitCode"], done["stdout"]) == (code, stdout)


def test_only_allowed_commands_run(fresh: ProcessPage, tmp_path: Path) -> None:
    fresh.do("start", allowed=["python3"])
    fresh.register("upper", made(tmp_path, "upper", UPPER).read_bytes())
    assert fresh.python("print(1)")["stdout"] == "1\n"
    done = fresh.run({"argv": ["upper"]})
    assert (done["exitCode"], done["errorClass"]) == (126, "denied")
    assert done["stderr"] == "upper: tool not allowed by security policy\n"
    for name in ("python", "python3.12", "upper", "a/b", "", "-x"):
        assert fresh.ask("register", name=name, base64="")["error"]["code"] == "usage"


def test_limits_of_the_host_hold_where_an_invocation_names_none(fresh: ProcessPage) -> None:
    fresh.do("start", limits={"stdoutBytes": 3, "memoryBytes": 100_000_000})
    done = fresh.python("print('abcdef')")
    assert (done["stdout"], done["truncated"]["stdout"]) == ("abc", True)
    assert fresh.python("print('abcdef')", limits={"stdoutBytes": 9})["stdout"] == "abcdef\n"
    assert "MemoryError" in fresh.python("x = bytearray(95_000_000)")["stderr"]


def test_the_tools_for_agents_have_the_members_of_their_contract(processes: ProcessPage) -> None:
    code = "import sys\nprint(input(), sys.argv[1:])"
    assert processes.do("python", code=code, args=["a"], stdin="in") == {
        "exitCode": 0,
        "stdout": "in ['a']\n",
        "stderr": "",
        "truncatedStdout": False,
        "truncatedStderr": False,
    }
    done = processes.do(
        "command",
        argv=["python", "-c", "import os\nprint(os.getcwd(), os.environ['A'], 'x' * 100)"],
        cwd="/tmp",
        env={"A": "b"},
        limits={"maxStdoutBytes": 8},
    )
    assert (done["exitCode"], done["stdout"], done["truncatedStdout"]) == (0, "/tmp b x", True)


def test_nothing_outside_its_files_is_reached(processes: ProcessPage) -> None:
    for _ in range(2):  # nothing of the first is there for the second
        done = processes.python(TRIES, files={"/home/user/given": "x"})
        assert (json.loads(done["stdout"]), done["stderr"], done["files"]) == ([], "", {})


def test_a_process_makes_no_request_and_says_nothing_on_the_console(fresh: ProcessPage) -> None:
    fresh.do("start")
    before = list(fresh.server.requests)
    fresh.python("import socket\nsocket.create_connection(('127.0.0.1', 80))")
    fresh.python("import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')")
    assert fresh.server.requests == before
    assert [text for text in fresh.console if "Content Security Policy" not in text] == []


def test_a_folder_without_python_says_how_it_is_built(fresh: ProcessPage) -> None:
    manifest = json.loads((fresh.folder / "manifest.json").read_text("utf-8"))
    del manifest["files"]["python.wasm"]
    answer = (200, {"Content-Type": "application/json"}, json.dumps(manifest).encode())
    fresh.server.overrides["/pybridge/manifest.json"] = lambda: answer
    error = fresh.ask("start")["error"]
    assert error["code"] == "boot"
    assert "python.wasm" in error["message"]
    assert "pybridge build --processes" in error["hint"]


def test_a_python_that_was_changed_is_not_run(fresh: ProcessPage) -> None:
    content = (fresh.folder / "python.wasm").read_bytes()
    changed = content.replace(b"Fatal Python error", b"fatal Python error", 1)
    assert changed != content
    fresh.server.overrides["/pybridge/python.wasm"] = lambda: (200, {}, changed)
    error = fresh.ask("start")["error"]
    assert error["code"] == "boot"
    assert "python.wasm was changed or damaged" in error["message"]
