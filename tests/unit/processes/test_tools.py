"""Commands: tools beside Python, pipelines, paths and their first lines, the allowlist, cancelling, events."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pybridge
from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.processes import AuditEvent, Processes, ProcessLimits
from pybridge.processes.runtimes import UnknownRuntime
from tests.processes.tools import BYTES, UPPER, made


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("tools")
    with Processes() as host:
        host.register("upper", made(folder, "upper", UPPER))
        host.register("bytes", made(folder, "bytes", BYTES))
        yield host


def test_tools_and_python_form_a_pipeline_in_one_file_tree(tools: Processes) -> None:
    save = "import sys; t = sys.stdin.read(); open('kept', 'w').write(t); print(t, end='')"
    done = tools.pipeline(
        [["python", "-c", "print('grüße')"], ["upper"], ["python", "-c", save], ["bytes"]]
    ).wait()
    assert (done.exit_code, done.stdout, done.stderr) == (0, "8\n", "")
    assert done.files == {"/home/user/kept": "GRüßE\n".encode()}


def test_a_pipeline_ends_as_its_last_command_and_keeps_all_error_output(tools: Processes) -> None:
    fails = "import sys; print('a', file=sys.stderr); sys.exit(3)"
    done = tools.pipeline([["python", "-c", fails], ["upper"]]).wait()
    assert (done.exit_code, done.stderr) == (0, "a\n")
    done = tools.pipeline([["upper"], ["python", "-c", fails]], stdin="x").wait()
    assert (done.exit_code, done.stderr) == (3, "a\n")


def test_nothing_of_a_pipeline_runs_when_one_command_is_unknown(tools: Processes) -> None:
    done = tools.pipeline([["python", "-c", "open('made', 'w')"], ["nope"]]).wait()
    assert (done.exit_code, done.message, done.files) == (127, "nope: not found", {})


def test_what_one_command_hands_to_the_next_is_limited(tools: Processes) -> None:
    done = tools.pipeline(
        [["python", "-c", "print('x' * 5000)"], ["bytes"]], limits=ProcessLimits(files_bytes=4000)
    ).wait()
    assert (done.exit_code, done.error_class) == (1, "limit")
    assert "more than 4,000 bytes for the next command" in (done.message or "")


@pytest.mark.parametrize(
    ("first_line", "code", "stdout"),
    [
        ("#!/usr/bin/env python3", 0, "['run.me', 'x']\n"),
        ("#!/usr/bin/env -S python3 -B", 0, "['run.me', 'x']\n"),
        ("#!/usr/bin/python3", 0, "['run.me', 'x']\n"),
        ("#! /usr/local/bin/python3.12 -u", 0, "['run.me', 'x']\n"),
        ("#!/usr/bin/env upper", 0, ""),
        ("#!/usr/bin/env ruby", 127, ""),
        ("#!/bin/sh", 127, ""),
        ("print(1)", 127, ""),
        ("", 127, ""),
    ],
)
def test_the_first_line_of_a_file_names_its_program(
    tools: Processes, first_line: str, code: int, stdout: str
) -> None:
    text = f"{first_line}\nimport os, sys\nprint([os.path.basename(sys.argv[0]), *sys.argv[1:]])\n"
    for name, cwd in (
        ("./run.me", "/home/user"),
        ("/home/user/run.me", "/"),
        ("user/run.me", "/home"),
    ):
        done = tools.spawn([name, "x"], files={"/home/user/run.me": text}, cwd=cwd).wait()
        assert (done.exit_code, done.stdout) == (code, stdout), done.stderr
        if code:
            assert done.message is not None
            assert "not found" in done.message


def test_a_program_made_by_one_command_is_run_by_the_next(tools: Processes) -> None:
    make = "open('tool', 'w').write('#!/usr/bin/env python3\\nprint(input() + \"!\")')\nprint('hi')"
    assert tools.pipeline([["python", "-c", make], ["./tool"]]).wait().stdout == "hi!\n"


def test_a_link_is_not_followed_to_a_program(tools: Processes) -> None:
    make = "import os\nos.symlink('../../../../etc/hosts', 'tool')"
    done = tools.pipeline([["python", "-c", make], ["./tool"]]).wait()
    assert (done.exit_code, done.message) == (127, "./tool: not found")


@pytest.mark.parametrize(
    ("allowed", "argv", "code"),
    [
        (["upper"], ["upper"], 0),
        (["upper"], ["python", "-c", ""], 126),
        (["upper"], ["/usr/bin/python3", "-c", ""], 126),
        (["upper"], ["./script"], 126),
        (["upper"], ["nope"], 127),
        (["python"], ["python3", "-c", ""], 0),
        (["python3"], ["python", "-c", ""], 0),
        (["python"], ["upper"], 126),
        ([], ["python"], 126),
    ],
)
def test_only_allowed_commands_run(
    tmp_path: Path, allowed: list[str], argv: list[str], code: int
) -> None:
    with Processes(allowed=allowed) as host:
        host.register("upper", made(tmp_path, "upper", UPPER))
        done = host.spawn(argv, files={"/home/user/script": "#!/usr/bin/python3\n"}).wait()
    assert done.exit_code == code
    if code == 126:
        name = "python3" if argv[0] == "./script" else argv[0]
        assert done.message == f"{name}: tool not allowed by security policy"
        assert (done.error_class, done.stderr) == ("denied", f"{done.message}\n")


@pytest.mark.parametrize(
    ("status", "code"),
    [(125, 125), (126, 126), (200, 200), (255, 255), (256, 0), (300, 44), (-1, 255)],
)
def test_an_exit_code_is_passed_on_as_a_system_does(
    tools: Processes, status: int, code: int
) -> None:
    done = tools.spawn(["python", "-S", "-c", f"import os; os._exit({status})"]).wait()
    assert (done.exit_code, done.message) == (code, None)


def test_an_allowlist_is_a_list_of_names() -> None:
    wrong: Any
    for wrong in ("python", [1], [b"python"]):
        with pytest.raises(UsageError, match="not a list of commands"):
            Processes(allowed=wrong)


def test_names_of_tools_are_names(tools: Processes, tmp_path: Path) -> None:
    wasm = made(tmp_path, "upper", UPPER)
    for name in ("upper", "python", "python3.11", "a/b", "", "a b", "-x", "."):
        with pytest.raises(UsageError):
            tools.register(name, wasm)
    wrongly: Any = tools
    with pytest.raises(UsageError):
        wrongly.register(5, wasm)
    with pytest.raises(UsageError, match="no tool is registered as 'other'"):
        tools.prepare("other")
    with pytest.raises(DocumentUnreadable):
        wrongly.register("missing", str(tmp_path / "missing.wasm"))
    with pytest.raises(DocumentUnreadable):
        tools.register("missing", tmp_path / "missing.wasm")


def test_a_cancelled_process_ends_at_once_and_keeps_its_output(tools: Processes) -> None:
    process = tools.spawn(["python", "-c", "print('early', flush=True)\nwhile True: pass"])
    with pytest.raises(TimeoutError):
        process.wait(1.0)
    started = time.monotonic()
    process.cancel()
    done = process.wait()
    assert time.monotonic() - started < 5
    assert (done.exit_code, done.error_class) == (125, "cancelled")
    assert done.stdout in ("early\n", "")
    process.cancel()
    assert process.wait() == done


def test_a_process_that_is_cancelled_before_it_begins_does_not_run(tools: Processes) -> None:
    process = tools.spawn(["python", "-c", "print(1)"])
    process.cancel()
    assert process.wait().exit_code in (125, 0)


def test_many_processes_run_at_the_same_time(tools: Processes) -> None:
    running = [tools.spawn(["python", "-c", f"print({number})"]) for number in range(6)]
    assert [each.wait().stdout for each in running] == [f"{number}\n" for number in range(6)]


def test_a_compiled_tool_that_was_forgotten_is_compiled_again(tools: Processes) -> None:
    assert tools.spawn(["upper"], stdin="a").wait().stdout == "A"
    tools._programs["upper"].module.unlink()
    stuck = tools.spawn(["python", "-c", "while True: pass"], limits=ProcessLimits(timeout_ms=500))
    assert stuck.wait().exit_code == 124
    for _ in range(3):
        assert tools.spawn(["upper"], stdin="a").wait().stdout == "A"


def test_events_say_what_happened(tmp_path: Path) -> None:
    told: list[AuditEvent] = []
    with Processes(on_event=told.append, allowed=["python"]) as host:
        host.register("upper", made(tmp_path, "upper", UPPER))
        limits = ProcessLimits(timeout_ms=1500, stdout_bytes=2)
        host.spawn(["python", "-c", "print('abc')"], limits=limits).wait()
        host.spawn(["upper"]).wait()
        host.spawn(["python", "-c", "while True: pass"], limits=limits).wait()
    kinds = [(each.kind, each.command, each.subtype, each.exit_code) for each in told]
    assert kinds == [
        ("command.start", "python", None, None),
        ("command.complete", "python", None, 0),
        ("limit.exceeded", "python", "stdout", None),
        ("capability.denied", "upper", None, None),
        ("command.start", "python", None, None),
        ("command.timeout", "python", None, 124),
    ]
    assert told[0].argv == ("python", "-c", "print('abc')")


def test_output_is_passed_on_as_it_comes(tools: Processes) -> None:
    pieces: list[bytes] = []
    seen = threading.Event()

    def take(piece: bytes) -> None:
        pieces.append(piece)
        seen.set()

    def feed(_: int) -> bytes:
        assert seen.wait(30)
        return b"" if answered else answered.append(1) or b"go\n"  # type: ignore[func-returns-value]

    answered: list[int] = []
    code = "print('ready', flush=True)\nprint(input())"
    done = tools.run(tools.invocation([["python", "-c", code]]), stdout=take, stdin=feed)
    assert (pieces[0], done.stdout) == (b"ready\n", "ready\ngo\n")


def test_run_python_is_one_call() -> None:
    done = pybridge.run_python(
        "import sys, json\nprint(sys.argv[1:], json.load(open('/in'))['a'], sys.stdin.read())",
        "x",
        stdin="hello",
        files={"/in": '{"a": 1}'},
        limits=pybridge.ProcessLimits(timeout_ms=20_000),
    )
    assert (done.exit_code, done.stdout) == (0, "['x'] 1 hello\n")
    with pytest.raises(UnknownRuntime):
        pybridge.run_python("", runtime="ruby")


def test_bytes_that_are_not_text_are_kept() -> None:
    code = (
        "import sys\nsys.stdout.buffer.write(bytes([255, 65]))\nopen('f', 'wb').write(bytes([254]))"
    )
    done = pybridge.run_python(code)
    assert (done.stdout, done.stdout_bytes) == ("\ufffdA", b"\xffA")
    value = json.loads(json.dumps(done.to_json()))
    assert (value["stdoutBase64"], value["files"]) == ("/0E=", {"/home/user/f": {"base64": "/g=="}})


def test_a_character_is_not_cut_in_two() -> None:
    done = pybridge.run_python("print('ü' * 10)", limits=pybridge.ProcessLimits(stdout_bytes=5))
    assert (done.stdout, done.truncated_stdout) == ("üü", True)
