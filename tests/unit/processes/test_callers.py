"""What the caller's own code raises is the caller's, and ends the process; cancelling at any moment harms no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pybridge.errors import PybridgeError, UsageError
from pybridge.processes import AuditEvent, Invocation, Processes, ProcessLimits
from pybridge.wasi.warm import Cancellation
from tests.processes.tools import UPPER, made
from tests.unit.processes.conftest import run_folders
from tests.unit.processes.test_kills import children

ERRORS = (
    OSError(28, "No space left on device"),
    BrokenPipeError(),
    ValueError("mine"),
    UsageError("mine"),
    TimeoutError("mine"),
)
CODE = "import sys\nprint(1, flush=True)\nprint(2, file=sys.stderr, flush=True)\nsys.stdin.read()\nwhile True: pass"


@pytest.mark.parametrize("error", ERRORS, ids=[type(error).__name__ for error in ERRORS])
@pytest.mark.parametrize("place", ["stdout", "stderr", "stdin"])
def test_what_a_stream_of_the_caller_raises_is_raised_and_ends_the_process(
    processes: Processes, error: Exception, place: str
) -> None:
    def fail(_: object) -> bytes:
        raise error

    before = children()
    started = time.monotonic()
    with pytest.raises(type(error)) as raised:
        processes.run(processes.invocation([["python", "-c", CODE]]), **{place: fail})  # type: ignore[arg-type]
    assert raised.value is error
    assert time.monotonic() - started < 15
    assert run_folders() == set()
    processes.close()
    assert children() - before == set()


@pytest.mark.parametrize("piece", ["text", None, 5])
def test_a_source_that_returns_no_bytes_is_the_error_of_the_caller(
    processes: Processes, piece: Any
) -> None:
    with pytest.raises(TypeError, match="bytes-like"):
        processes.run(processes.invocation([["python", "-c", CODE]]), stdin=lambda _: piece)


@pytest.mark.parametrize(
    "kind", ["command.start", "command.complete", "limit.exceeded", "capability.denied"]
)
@pytest.mark.parametrize("error", ERRORS, ids=[type(error).__name__ for error in ERRORS])
def test_what_a_listener_raises_is_raised(kind: str, error: Exception) -> None:
    def listen(event: AuditEvent) -> None:
        if event.kind == kind:
            raise error

    with Processes(on_event=listen, allowed=["python"]) as host:
        host.register("upper", Path(__file__), sha256="0" * 64)
        argv = ["upper"] if kind == "capability.denied" else ["python", "-c", "print('abc')"]
        process = host.spawn(argv, limits=ProcessLimits(stdout_bytes=1))
        with pytest.raises(type(error)) as raised:
            process.wait()
    assert raised.value is error
    assert run_folders() == set()


def test_a_refusal_that_cannot_be_told_is_the_error_of_the_caller(processes: Processes) -> None:
    def fail(_: bytes) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        processes.run(processes.invocation([["nope"]]), stderr=fail)


@pytest.mark.parametrize("stages", [[], [[]], [["python"], []], [[], ["python"]]])
def test_an_invocation_without_commands_is_invalid_however_small_its_limits_are(
    processes: Processes, stages: list[list[str]]
) -> None:
    done = processes.run(Invocation(stages, limits=ProcessLimits(stderr_bytes=3)))
    assert (done.exit_code, done.stderr, done.truncated_stderr) == (2, "inv", True)


def test_a_process_that_was_cancelled_after_its_reply_gets_no_other_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    real = Cancellation.attach

    def late(self: Cancellation, kill: Callable[[], None] | None) -> None:
        if kill is None and not killed:  # the reply has been read
            killed.append(1)
            self.request()
        real(self, kill)

    monkeypatch.setattr(Cancellation, "attach", late)
    with Processes() as host:
        host.register("upper", made(tmp_path, "upper", UPPER))
        done = host.spawn(["upper"], stdin="a").wait()
        assert (done.exit_code, done.stdout, killed) == (0, "A", [1])
        assert all(child.is_usable and child.is_alive for child in host._pool._idle)
        for _ in range(5):
            assert host.spawn(["upper"], stdin="b").wait().stdout == "B"


def test_cancelling_at_any_moment_harms_no_other_process(tmp_path: Path) -> None:
    with Processes() as host:
        host.register("upper", made(tmp_path, "upper", UPPER))
        host.spawn(["upper"]).wait()
        for number in range(30):
            process = host.spawn(["upper"], stdin="x")
            threading.Timer(number / 3000, process.cancel).start()
            assert process.wait().exit_code in (0, 125)
            assert host.spawn(["upper"], stdin="ok").wait().stdout == "OK"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (
            "import os\nos.write(2, b'first\\nlast \\x1b[31m words\\n')\nos._exit(3)",
            "exit status 3: last \\x1b[31m words",
        ),
        ("import os\nos.kill(os.getpid(), 15)", "SIGTERM"),
        ("import os\nos.write(2, b'x' * 50_000)\nos._exit(1)", "exit status 1: " + "x" * 300),
        ("raise RuntimeError('why')", "exit status 1: RuntimeError: why"),
        ("import os\nos.write(2, b'\\xff\\xc3')\nos._exit(1)", "exit status 1: \ufffd\ufffd"),
    ],
)
def test_a_child_that_dies_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, words: str
) -> None:
    path = tmp_path / "child.py"
    path.write_text(program)
    monkeypatch.setattr("pybridge.wasi.warm.CHILD", path)
    with Processes() as host:
        done = host.spawn(["python", "-c", ""]).wait()
    assert (done.exit_code, done.error_class) == (1, None)
    assert done.message == f"python: its process ended with {words}"


def test_a_fed_process_whose_child_dies_has_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "child.py"
    path.write_text("raise RuntimeError('why')")
    monkeypatch.setattr("pybridge.wasi.warm.CHILD", path)
    with Processes() as host:
        done = host.run(host.invocation([["python", "-c", ""]]), stdin=lambda _: b"")
    assert done.message == "python: its process ended with exit status 1: RuntimeError: why"


def test_errors_of_ours_about_a_module_stay_outcomes(processes: Processes, tmp_path: Path) -> None:
    processes.register("upper", made(tmp_path, "upper", UPPER), sha256="0" * 64)
    done = processes.spawn(["upper"]).wait()
    assert done.exit_code == 1
    assert issubclass(UsageError, PybridgeError)
    assert "changed or damaged" in (done.message or "")
