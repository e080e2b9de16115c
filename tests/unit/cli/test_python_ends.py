"""However `pybridge python` ends early, there is one line with the reason, and no traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import wasmtime

from tests.processes.tools import NO_COMMAND, UPPER, made
from tests.unit.cli.conftest import Cli
from tests.unit.cli.test_python import pybridge

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
DELAYS_MS = (0, 20, 60, 120, 200, 300)
STARTED = """
import sys
sys.argv = ['pybridge', 'python', '-c', 'while True: pass']
from pybridge.cli import main, signals
real = signals.end_at_once
def announced():
    signals.end_at_once = real
    real()
    print(1, flush=True)
signals.end_at_once = announced
main()
"""


def left_of(pid: int) -> list[Path]:
    """Return what a process has left: the folders of its runs, and its children."""
    bases = (Path("/dev/shm"), Path(tempfile.gettempdir()))
    return [path for base in bases for path in base.glob(f"pybridge-run-{pid}-*")]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("delay_ms", DELAYS_MS)
def test_a_signal_at_the_start_leaves_nothing_and_no_traceback(
    number: signal.Signals, code: int, delay_ms: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STARTED],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay_ms / 1000)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=20)
    assert (process.returncode, stderr.strip()) == (code, "")
    assert left_of(process.pid) == []


LOST = """
import os, sys, time, weakref
from pybridge.cli import signals
class Thing:
    IN_FINALISER
def act(*_):
    os.kill(os.getpid(), int(sys.argv[1]))
    for _ in range(1000): pass
signals.end_in_order()
thing = Thing()
reference = weakref.ref(thing, act)
del thing
time.sleep(20)
"""


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("place", ["pass", "def __del__(self): act()"])
def test_a_signal_is_not_lost_where_python_drops_errors(
    number: signal.Signals, code: int, place: str
) -> None:
    program = LOST.replace("IN_FINALISER", place)
    if place != "pass":
        program = program.replace("weakref.ref(thing, act)", "None")
    done = subprocess.run(
        [sys.executable, "-c", program, str(int(number))],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    expected = -signal.SIGINT if number == signal.SIGINT else code  # nothing here catches it
    assert done.returncode == expected
    assert "Exception ignored" not in done.stderr


def test_a_second_signal_ends_it_without_a_traceback() -> None:
    command = [
        sys.executable,
        "-m",
        "pybridge",
        "python",
        "-c",
        "print(1, flush=True)\nwhile True: pass",
    ]
    for pause in (0, 0.001, 0.01, 0.05):
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
        assert process.returncode in (130, -signal.SIGINT)  # the latter when Python itself ends
        assert stderr.strip() == b""


def test_signals_that_are_ignored_stay_so() -> None:
    code = "import time; time.sleep(1); print(1)"
    process = subprocess.Popen(
        [sys.executable, "-m", "pybridge", "python", "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    time.sleep(0.7)
    process.send_signal(signal.SIGHUP)
    stdout, _ = process.communicate(timeout=30)
    assert (process.returncode, stdout) == (0, b"1\n")


@pytest.mark.parametrize("option", ["", "--json"])
@pytest.mark.parametrize(
    "code", ["while True: print('x' * 1000)", "print(1)\nwhile True: print('x' * 99)"]
)
def test_a_reader_that_has_gone_ends_it_quietly(code: str, option: str) -> None:
    limit = ["--timeout", "5"] if option else []
    process = subprocess.Popen(
        [sys.executable, "-m", "pybridge", "python", "-c", code, *limit, *filter(None, [option])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    if not option:
        process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        told = process.stderr.read()
    assert (process.wait(30), told) == (1, b"")
    assert left_of(process.pid) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_disk_is_an_error_of_the_output() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pybridge",
                "python",
                "-c",
                "print(1, flush=True)\nwhile True: pass",
            ],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: standard output: cannot write: No space left on device")


@pytest.mark.parametrize("arguments", [("-c", "input()"), ("-",), ("--jsonl",)])
def test_an_input_that_fails_is_one_line(arguments: tuple[str, ...]) -> None:
    with socket.socket() as unconnected:
        done = subprocess.run(
            [sys.executable, "-m", "pybridge", "python", *arguments],
            stdin=unconnected.fileno(),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: standard input: cannot be read (")


def test_an_input_that_cannot_be_read_is_empty() -> None:
    with Path(os.devnull).open("w") as closed:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pybridge",
                "python",
                "-c",
                "import sys; print(sys.stdin.read())",
            ],
            stdin=closed,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


@pytest.mark.parametrize(
    "value",
    [
        "nan",
        "NaN",
        "-nan",
        "inf",
        "-inf",
        "1e999",
        "0",
        "-0",
        "-1",
        "0.0001",
        "604801",
        "x",
        "",
        "1s",
    ],
)
def test_a_time_limit_is_a_number_of_seconds(cli: Cli, value: str) -> None:
    for arguments in (("--timeout", value), (f"--timeout={value}",)):
        done = cli("python", "-c", "print(1)", *arguments)
        assert (done.code, done.out) == (2, "")
        assert "--timeout" in done.err


COMPONENT = b"\0asm\x0d\0\1\0"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not a WebAssembly module"),
        (b"#!/bin/sh\n", "not a WebAssembly module"),
        (b"\x7fELF" + bytes(100), "not a WebAssembly module"),
        (b"\0asm", "damaged, or not complete"),
        (b"\0asm\1\0\0", "damaged, or not complete"),
        (b"\0asm\2\0\0\0", "damaged, or not complete"),
        (COMPONENT, "a component"),
        (COMPONENT + bytes(10), "a component"),
        *[
            (bytes(wasmtime.wat2wasm(UPPER))[:-cut], "damaged, or not complete")
            for cut in (1, 9, 60)
        ],
        (None, "no such file"),
    ],
)
def test_a_tool_that_is_no_module_is_a_usage_error(
    cli: Cli, tmp_path: Path, content: bytes | None, problem: str
) -> None:
    path = tmp_path / "tool.wasm"
    if content is not None:
        path.write_bytes(content)
    for arguments in (("-c", "print(1)"), ("--jsonl",)):
        done = cli("python", *arguments, "--tool", f"tool={path}")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"error: --tool tool: {path}: ")
        assert problem in done.err
        assert "hint: " in done.err


@pytest.mark.parametrize("text", ["foo", "foo=", "=foo.wasm", "="])
def test_a_tool_needs_a_name_and_a_file(cli: Cli, text: str) -> None:
    done = cli("python", "-c", "", "--tool", text)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: '{text}' is not of the form NAME=FILE\n")
    assert "--tool upper=upper.wasm" in done.err


def test_a_module_without_a_start_is_an_outcome(tmp_path: Path) -> None:
    wasm = made(tmp_path, "tool", NO_COMMAND)
    line = '{"argv": ["tool"]}'
    done = pybridge("python", "--jsonl", "--tool", f"tool={wasm}", stdin=line)
    assert "exports no function _start" in done.stdout


@pytest.mark.parametrize(
    "option", [(), ("--file", "NAME:/x"), ("--out", "/home/user:NAME"), ("--tool", "x=NAME")]
)
@pytest.mark.parametrize(
    "name", ["x" * 300, "loop", "loop/x", "file/x", ".", "x" * 200 + "/" * 5000]
)
def test_a_path_that_the_system_does_not_take_is_one_line(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("")
    arguments = ["-c", "open('x' * 200, 'w')"] if option else [name]
    done = cli("python", *arguments, *(text.replace("NAME", name) for text in option))
    if done.code:
        assert done.err.startswith("error: ")
    else:  # a folder
        assert name.startswith(".") or "/" in name


@pytest.mark.parametrize("argument", ["-m", "-V", "-", "-x.py"])
def test_options_of_python_itself_are_told(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-x.py").write_text("")
    done = cli("python", argument, "json.tool")
    if argument in ("-m", "-V"):
        assert done.code == 2
        assert done.err.startswith(f"error: no option '{argument}'\n")
    else:
        assert done.code == 0
