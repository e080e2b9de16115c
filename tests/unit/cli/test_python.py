"""`pybridge python` and `pybridge runtimes`: arguments, streams, files in and out, exit codes, the filter."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.wasi.micropython import find_wasm
from tests.processes.tools import UPPER, made
from tests.unit.cli.conftest import Cli


def pybridge(
    *arguments: str, stdin: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pybridge", *arguments],
        input=stdin,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def filtered(lines: Sequence[str], *options: str) -> list[dict[str, Any]]:
    done = pybridge("python", "--jsonl", *options, stdin="\n".join(lines))
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [abi.validate("completed", each) for each in found] == [[] for _ in found]
    return found


def test_code_arguments_input_and_exit_code() -> None:
    code = "import sys\nprint(sys.argv, input())\nprint('oh', file=sys.stderr)\nsys.exit(7)"
    done = pybridge(
        "python", "-c", code, "a", "--timeout", "20", "--", "-c", "--json", stdin="line\n"
    )
    assert done.returncode == 7
    assert (done.stdout, done.stderr) == ("['-c', 'a', '-c', '--json'] line\n", "oh\n")


def test_a_script_its_files_and_what_it_leaves(tmp_path: Path) -> None:
    (tmp_path / "data" / "inner").mkdir(parents=True)
    (tmp_path / "data" / "inner" / "a.txt").write_text("1")
    (tmp_path / "job.py").write_text(
        "import os, sys\n"
        "os.mkdir('out')\n"
        "open('out/b.txt', 'w').write(open('/data/inner/a.txt').read() + os.environ['CITY'])\n"
        "print(sys.argv)\n"
    )
    arguments = ("--file", "data:/data", "--env", "CITY=Wien", "--out", "/home/user/out:got")
    done = pybridge("python", "job.py", "x", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "['/home/user/job.py', 'x']\n"
    assert (tmp_path / "got" / "b.txt").read_text() == "1Wien"


def test_a_file_that_the_program_does_not_leave_is_a_failure(tmp_path: Path) -> None:
    done = pybridge("python", "-c", "", "--out", "/a:a.txt", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        1,
        "warning: the program left no /a: a.txt was not written\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_the_program_on_standard_input() -> None:
    done = pybridge("python", "-", "x", stdin="import sys\nprint(sys.argv)\n")
    assert (done.returncode, done.stdout) == (0, "['-', 'x']\n")


def test_an_input_that_never_ends_keeps_nothing_waiting() -> None:
    theirs, ours = os.pipe()
    done = subprocess.run(
        [sys.executable, "-m", "pybridge", "python", "-c", "print(1)"],
        stdin=theirs,
        capture_output=True,
        timeout=25,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert (done.returncode, done.stdout) == (0, b"1\n")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_and_leaves_nothing(number: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pybridge",
            "python",
            "-c",
            "print(1, flush=True)\nwhile True: pass",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
        process.send_signal(number)
        assert process.wait(20) == code
    bases = (Path("/dev/shm"), Path(tempfile.gettempdir()))
    assert [path for base in bases for path in base.glob(f"pybridge-run-{process.pid}-*")] == []


def test_json_is_one_document_also_after_a_timeout() -> None:
    code = "print('early', flush=True)\nwhile True: pass"
    done = pybridge("python", "-c", code, "--json", "--timeout", "3")
    value = json.loads(done.stdout)
    assert abi.validate("completed", value) == []
    assert (done.returncode, value["exitCode"], value["stdout"]) == (124, 124, "early\n")
    assert (value["errorClass"], value["message"]) == ("timeout", "took longer than 3 s")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("-c", "", "--runtime", "rustpython"), "rustpython: not found: the runtime is absent"),
        (("-c", "", "--runtime", "ruby"), "no runtime named 'ruby'"),
        (("-c", "", "--host", "moon"), "no host named 'moon'"),
        (("-c", "", "--env", "A"), "is not of the form K=V"),
        (("-c", "", "--file", "/etc/hosts"), "is not of the form HOST:GUEST"),
        (("-c", "", "--file", "a:../b"), "is not an absolute path"),
        (("-c", "", "--out", "a"), "is not of the form GUEST:HOST"),
        (("-c", "", "--tool", "python=x.wasm"), "no tool can be registered as 'python'"),
        (("--jsonl", "-c", ""), "--jsonl takes its processes from standard input only"),
    ],
)
def test_wrong_arguments_are_usage_errors(
    cli: Cli, arguments: tuple[str, ...], problem: str
) -> None:
    done = cli("python", *arguments)
    assert (done.code, done.out) == (2, "")
    assert problem in done.err


def test_the_filter_answers_each_line_in_order_and_bad_ones_with_a_reason(tmp_path: Path) -> None:
    tool = made(tmp_path, "upper", UPPER)
    lines = [
        '\ufeff{"argv": ["python", "-c", "print(1)"]}',
        "",
        "{bad",
        "[]",
        '{"argv": ["upper"], "stdin": {"base64": "Zm9v"}}',
        '{"argv": ["upper"], "stdin": {"base64": "!"}}',
        '{"argv": ["other"]}',
        '{"argv": ["python", "-c", ""], "runtime": "rustpython"}',
        '{"argv": ["python", "-c", ""], "files": {"/a/../b": ""}}',
        '{"argv": ["python", "-c", ""], "files": {"/\\ud800": ""}}',
        '{"argv": ["python", "-c", "\\ud800"]}',
        '{"pipeline": [["python3", "-c", "print(\'x\')"], ["upper"]]}',
    ]
    found = filtered(lines, "--tool", f"upper={tool}")
    assert [each["exitCode"] for each in found] == [0, 2, 2, 0, 2, 127, 127, 2, 2, 2, 0]
    assert [found[number]["stdout"] for number in (0, 3, 10)] == ["1\n", "FOO", "X\n"]
    assert all(("message" in each) == (each["exitCode"] != 0) for each in found)
    assert found[1]["message"].startswith("line 3: column ")
    assert [each["message"] for each in found[4:5] + found[7:10]] == [
        "line 6: /stdin: not base64",
        "line 9: /files/~1a~1..~1b: '/a/../b' holds an empty part, . or ..",
        "line 10: /files/~1\\ud800: the path is not text: it holds half of a surrogate pair, or a byte that is not UTF-8",
        "line 11: /argv/2: is not text: it holds half of a surrogate pair, or a byte that is not UTF-8",
    ]


def test_all_problems_of_a_line_are_named_with_its_number(tmp_path: Path) -> None:
    lines = [
        "",
        '{"pipeline": [["python", "\\u0000"], []], "cwd": 1}',
        '{"pipeline": [["python", "\\u0000"], ["a", "\\u0000"]], "cwd": "x", "env": {"A/B": "\\u0000"}}',
        '{"argv": ["python"], "files": {"/home/user": ""}}',
        '{"argv": ["python"], "stdin": {"base64": "?"}, "files": {"/a": {"base64": "?"}}}',
    ]
    found = [each["message"].split("\n") for each in filtered(lines)]
    assert [len(each) for each in found] == [2, 4, 1, 2]
    places = [[line.split(": ")[:2] for line in each] for each in found]
    assert places == [
        [["line 2", "/pipeline/1"], ["line 2", "/cwd"]],
        [
            ["line 3", "/pipeline/0/1"],
            ["line 3", "/pipeline/1/1"],
            ["line 3", "/env/A~1B"],
            ["line 3", "/cwd"],
        ],
        [["line 4", "/cwd"]],
        [["line 5", "/stdin"], ["line 5", "/files/~1a"]],
    ]


def test_the_filter_runs_only_what_is_allowed() -> None:
    [found] = filtered(['{"argv": ["python", "-c", ""]}'], "--allow", "upper,other")
    assert (found["exitCode"], found["errorClass"]) == (126, "denied")
    assert found["message"] == "python: tool not allowed by security policy"


def test_runtimes_are_listed_and_shown() -> None:
    done = pybridge("runtimes", "list", "--json")
    found = json.loads(done.stdout)
    assert abi.validate("cli-runtimes", found) == []
    assert [(each["name"], each["status"]) for each in found] == [
        ("cpython", "ready"),
        ("micropython", "absent" if find_wasm() is None else "ready"),
        ("rustpython", "absent"),
    ]
    shown = json.loads(pybridge("runtimes", "show", "cpython", "--json").stdout)
    assert abi.validate("cli-runtimes", [shown]) == []
    assert "ssl" in shown["claims"]["modules"]
    assert pybridge("runtimes", "show", "ruby").returncode == 2


def test_an_absent_runtime_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path))
    shown = pybridge("runtimes", "show", "micropython")
    assert "absent" in shown.stdout
    assert "make runtimes" in shown.stderr
    ran = pybridge("python", "-c", "", "--runtime", "micropython")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "make runtimes" in ran.stderr
