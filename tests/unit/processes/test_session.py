"""The lines of `pybridge python --session`."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, Self

import pytest

from pybridge import abi
from tests.processes.tools import UPPER, made
from tests.unit.processes.test_kills import children

LOOP = {"argv": ["python", "-c", "print('early', flush=True)\nwhile True: pass"]}
HELLO = {"argv": ["python", "-c", "print('hello')"]}


class Session:
    """A running one."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "pybridge", "python", "--session", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)

    def write(self, raw: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(raw + b"\n")
        self.process.stdin.flush()

    def send(self, kind: str, number: int, **more: Any) -> None:
        self.write(json.dumps({"kind": kind, "id": number, **more}).encode())

    def reply(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert abi.validate("cli-session/sessionReply", found) == []
        return found

    def end(self) -> list[dict[str, Any]]:
        """Close its input; return the rest of its replies."""
        out, err = self.process.communicate(timeout=30)
        assert (self.process.returncode, err) == (0, b"")
        return [json.loads(line) for line in out.splitlines()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def session() -> Iterator[Session]:
    before = children()
    with Session() as found:
        assert found.reply()["kind"] == "begun"
        yield found
    assert children() <= before


def test_requests_are_answered_by_their_numbers(session: Session) -> None:
    for number in range(3):
        session.send("run", number, invocation=HELLO, isStreamed=number == 1)
    replies = [session.reply() for _ in range(4)]
    ended = {each["id"]: each["completed"] for each in replies if each["kind"] == "completed"}
    assert {number: done["stdout"] for number, done in ended.items()} == dict.fromkeys(
        range(3), "hello\n"
    )
    [piece] = [each for each in replies if each["kind"] == "piece"]
    assert piece == {"kind": "piece", "id": 1, "stream": 1, "base64": "aGVsbG8K"}
    assert session.end() == []


def test_the_end_of_the_input_cancels_what_runs(session: Session) -> None:
    session.send("run", 1, invocation=LOOP, isStreamed=True)
    assert session.reply()["kind"] == "piece"
    session.send("cancel", 7)
    [last] = session.end()
    done = last["completed"]
    assert (done["exitCode"], done["stdout"], done["errorClass"]) == (125, "early\n", "cancelled")


@pytest.mark.parametrize(
    ("raw", "number", "problem"),
    [
        (b"nonsense", None, "not JSON"),
        (b"\xff", None, "not valid UTF-8"),
        (b"[]", None, "expected object"),
        (b'{"kind": "stop", "id": 4}', 4, "no kind is named"),
        (b'{"kind": "run", "id": 4}', 4, "`invocation` is missing"),
        (b'{"kind": "run", "id": -4, "invocation": {}}', None, "/id"),
        (b'{"kind": "run", "id": true, "invocation": {}}', None, "/id"),
        (b'{"kind": "register", "id": 4, "name": "x", "base64": "?"}', 4, "not base64"),
        (b'{"kind": "register", "id": 4, "name": "python", "base64": ""}', 4, "no tool can be"),
        (b'{"kind": "register", "id": 4, "name": "../x", "base64": ""}', 4, "no tool can be"),
    ],
)
def test_what_is_not_a_request_is_answered_with_the_reason(
    session: Session, raw: bytes, number: int | None, problem: str
) -> None:
    session.write(raw)
    reply = session.reply()
    assert (reply["kind"], reply["id"]) == ("failed", number)
    assert problem in reply["error"]["message"]
    session.send("run", 5, invocation=HELLO)
    assert session.reply()["completed"]["stdout"] == "hello\n"


def test_a_number_that_is_in_use_is_refused(session: Session) -> None:
    session.send("run", 1, invocation=LOOP)
    session.send("run", 1, invocation=HELLO)
    assert session.reply()["error"]["code"] == "usage"
    session.send("cancel", 1)
    assert session.reply()["completed"]["exitCode"] == 125


def test_a_registered_tool_is_a_command(session: Session, tmp_path: Any) -> None:
    content = made(tmp_path, "upper", UPPER).read_bytes()
    session.send("register", 1, name="upper", base64=base64.b64encode(content).decode())
    session.send("run", 2, invocation={"argv": ["upper"], "stdin": "a"})
    assert session.reply() == {"kind": "registered", "id": 1}
    assert session.reply()["completed"]["stdout"] == "A"


def test_a_host_that_no_longer_reads_ends_it(session: Session) -> None:
    process = session.process
    assert process.stdout is not None
    process.stdout.close()
    session.send("run", 1, invocation=HELLO)
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
        try:
            session.send("cancel", 2)
        except BrokenPipeError:
            break
    assert process.wait(30) == 1
    process.stdout = None


@pytest.mark.parametrize(
    "option", [("-c", "1"), ("--jsonl",), ("--json",), ("--host", "browser"), ("--timeout", "1")]
)
def test_it_takes_no_process_from_the_command_line(option: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pybridge", "python", "--session", *option]
    done = subprocess.run(
        command, capture_output=True, text=True, input="", timeout=60, check=False
    )
    assert done.returncode == 2
    assert "--session takes its processes from standard input only" in done.stdout + done.stderr
