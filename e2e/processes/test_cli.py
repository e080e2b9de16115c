"""`pybridge python --host browser`: the command line over a page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e.processes.test_cases import in_pages
from pybridge import abi
from pybridge.processes.runtimes import claims
from tests.processes.table import CASES, invocation_of, judged
from tests.processes.tools import UPPER, made

pytestmark = pytest.mark.usefixtures("processes_folder")


def python(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pybridge", "python", "--host", "browser", *arguments]
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=200, check=False
    )


@pytest.fixture(scope="module")
def outcomes() -> list[dict[str, Any]]:
    lines = "".join(json.dumps(invocation_of(case)) + "\n" for case in CASES)
    done = python("--jsonl", stdin=f'{lines}{{"argv": []}}\n')
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_case_of_the_table_is_a_line(outcomes: list[dict[str, Any]]) -> None:
    *found, invalid = outcomes
    for case, outcome in zip(CASES, found, strict=True):
        assert abi.validate("completed", outcome) == []
        assert judged(case, outcome, claims("cpython")["cases"]) == []
    assert invalid["exitCode"] == 2
    assert invalid["message"].startswith(f"line {len(CASES) + 1}: /argv: ")


def test_a_program_has_its_arguments_input_output_and_exit_code() -> None:
    code = "import sys; print(input(), sys.argv[1:]); print('err', file=sys.stderr); sys.exit(7)"
    done = python("-c", code, "a", "b", stdin="in\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, "in ['a', 'b']\n", "err\n")


def test_micropython_runs_where_it_is_asked_for() -> None:
    runtime = in_pages("micropython")
    code = "import sys; print(sys.implementation.name)"
    lines = [
        {"argv": ["python", "-c", code]},
        {"argv": ["python", "-c", code], "runtime": "cpython"},
        {"argv": []},
    ]
    stdin = "".join(f"{json.dumps(each)}\n" for each in lines)
    found = [
        json.loads(line)
        for line in python("--jsonl", "--runtime", runtime, stdin=stdin).stdout.splitlines()
    ]
    assert [each["stdout"] for each in found] == ["micropython\n", "cpython\n", ""]
    assert [each["runtime"]["name"] for each in found] == [runtime, "cpython", runtime]


def test_files_go_in_and_out_and_tools_are_commands(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(b"given\xff")
    done = python(
        *("-c", "open('out.bin', 'wb').write(open('/in.txt', 'rb').read() * 2)"),
        *("--file", f"{tmp_path / 'in.txt'}:/in.txt"),
        *("--out", f"/home/user/out.bin:{tmp_path / 'out.bin'}"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out.bin").read_bytes() == b"given\xff" * 2
    tool = made(tmp_path, "upper", UPPER)
    line = json.dumps({"pipeline": [["python", "-c", "print('a')"], ["upper"]]})
    done = python("--jsonl", "--tool", f"upper={tool}", "--allow", "python,upper", stdin=line)
    assert json.loads(done.stdout)["stdout"] == "A\n"
    done = python("--jsonl", "--tool", f"python={tool}")
    assert done.returncode == 2
    assert "no tool can be registered as 'python'" in done.stderr


REGISTERED = """
import json, sys
from pathlib import Path
from pybridge.commands.processes.hosts import opened
from pybridge.commands.processes.python import register
from pybridge.errors import UsageError

answers = {}
for name in ("browser", "wasmtime"):
    host = opened(name, "cpython", None)
    answers[name] = []
    for number, path in enumerate(sys.argv[1:]):
        try:
            answers[name].append([register(host, f"tool{number}", Path(path)), None])
        except UsageError as error:
            answers[name].append([str(error), error.hint])
    host.close()
print(json.dumps(answers))
"""


def test_tools_that_are_no_modules_are_refused_in_the_words_of_the_other_host(
    tmp_path: Path,
) -> None:
    whole = made(tmp_path, "whole", UPPER).read_bytes()
    contents = [
        *(b"", b"#!/bin/sh\n", b"\0asm", b"\0asm\2\0\0\0", b"\0asm\x0d\0\1\0"),
        *(whole[:-cut] for cut in (1, 9, len(whole) - 20)),
        whole,
    ]
    paths = [tmp_path / f"{number}.wasm" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    command = [sys.executable, "-c", REGISTERED, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=True)
    answers = json.loads(done.stdout)
    here, there = (
        [(text and text.partition("not complete")[0], hint) for text, hint in answers[name]]
        for name in ("browser", "wasmtime")
    )
    assert here == there
    for number, (text, hint) in enumerate(here[:-1]):
        start = f"--tool tool{number}: {paths[number]}: cannot be read (not a WebAssembly module"
        assert text.startswith(start)
        assert hint
    assert here[-1] == (None, None)


def test_a_tool_that_is_no_module_ends_the_command(tmp_path: Path) -> None:
    path = tmp_path / "tool.wasm"
    path.write_text("#!/bin/sh\n")
    done = python("--jsonl", "--tool", f"tool={path}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: --tool tool: {path}: cannot be read (not a WebAssembly")


def test_a_program_that_takes_too_long_is_ended() -> None:
    done = python("-c", "print('early', flush=True)\nwhile True: pass", "--timeout", "2")
    assert (done.returncode, done.stdout) == (124, "early\n")
    assert done.stderr == "pybridge: took longer than 2 s\n"


def test_an_absent_runtime_and_an_unknown_host_are_said() -> None:
    done = python("-c", "1", "--runtime", "rustpython")
    assert done.returncode == 2
    assert "rustpython: not found: the runtime is absent" in done.stderr
    done = python("-c", "1", "--host", "moon")
    assert done.returncode == 2
    assert "no host named 'moon'" in done.stderr
