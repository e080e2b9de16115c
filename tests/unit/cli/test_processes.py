"""The program as a process: pipes, interrupts, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("project")

PROGRAM = [sys.executable, "-m", "pybridge"]


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [*PROGRAM, *arguments, "--engine", "native"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def filtered(*arguments: str, lines: bytes) -> tuple[int, list[Any]]:
    with started(*arguments, "--jsonl") as process:
        out, err = process.communicate(lines, timeout=60)
        assert err == b""
        return process.returncode, [json.loads(line) for line in out.splitlines()]


def test_render_answers_each_line_in_order() -> None:
    lines = [
        b'{"text": "A [[youtube id=\\"abc123\\"]] B"}',
        b"no json",
        b"",
        b'{"text": 3}',
        b'{"text": "x", "nope": 1}',
        b"\xff",
        b'{"text": "[[broken]]", "path": "p.md"}',
        '{"text": "ä [[shout x=\\"ü\\"]]"}'.encode(),
    ]
    code, answers = filtered("render", lines=b"\n".join(lines))
    assert code == 1
    assert len(answers) == len(lines) - 1  # a blank line has no answer
    output = answers[0].pop("output")
    assert output.startswith(
        'A <div class="macro-youtube"><iframe src="https://www.youtube.com/embed/abc123?rel=0"'
    )
    assert sorted(answers[0]) == ["errors", "macros", "warnings"]
    assert [answer["error"]["code"] for answer in answers[1:5]] == ["schema"] * 4
    assert answers[1]["error"]["message"].startswith("stdin:2:1: not JSON")
    assert "(line 4)" in answers[2]["error"]["message"]
    assert (answers[5]["path"], answers[5]["output"]) == ("p.md", "")
    assert answers[5]["errors"][0]["call"] == {"path": "p.md", "line": 1, "column": 1}
    assert answers[6]["output"] == "ä Ü!"


def test_call_answers_each_line_in_order() -> None:
    lines = [
        {"macro": "shout", "context": {"params": {"x": "a"}}},
        {"macro": "broken"},
        {"macro": 3},
        {"context": {}},
        {"macro": "shout", "context": {"params": 1}},
        {"macro": "loop"},
        {"macro": "shout"},
    ]
    code, answers = filtered("call", lines="\n".join(map(json.dumps, lines)).encode() + b"\n")
    told = [answer.get("result") or answer["error"]["code"] for answer in answers]
    schema = ["schema"] * 3
    assert told == [{"text": "A!"}, "exception", *schema, "timeout", {"text": "!"}]
    assert code == 1


def test_many_lines_are_answered() -> None:
    code, answers = filtered("render", lines=b'{"text": "[[shout x=a]]"}\n' * 5000)
    assert (code, len(answers)) == (0, 5000)
    assert {answer["output"] for answer in answers} == {"A!"}


def test_a_line_that_is_too_long_is_answered_too() -> None:
    long = json.dumps({"text": "x" * (17 << 20)}).encode()
    code, answers = filtered("render", lines=long + b'\n{"text": "y"}\n')
    assert (code, answers[0]["error"]["code"], answers[1]["output"]) == (1, "input-limit", "y")


def test_a_byte_order_mark_and_blank_lines_are_skipped() -> None:
    lines = b'\xef\xbb\xbf{"text": "a"}\r\n\r\n \t\n\n{"text": "b"}\n{\n\n'
    code, answers = filtered("render", lines=lines)
    assert (code, [answer.get("output") for answer in answers]) == (1, ["a", "b", None])
    assert answers[2]["error"]["message"].startswith("stdin:6:2: not JSON")


def test_answers_come_before_the_input_ends() -> None:
    with started("render", "--jsonl") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for n in range(3):
            process.stdin.write(b'{"text": "%d"}\n' % n)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["output"] == str(n)
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_broken_pipe_ends_quietly() -> None:
    with started("render", "--jsonl") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        line = b'{"text": "' + b"x" * 100_000 + b'"}\n'
        process.stdin.write(line)
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        try:
            for _ in range(50):
                process.stdin.write(line)
            process.stdin.close()
        except BrokenPipeError:
            with suppress(BrokenPipeError):
                process.stdin.close()
        process.wait(20)
        assert process.stderr.read() == b""
        assert process.returncode == 1


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["interrupt", "terminate"]
)
def test_an_interrupt_leaves_no_child(sent: signal.Signals, code: int) -> None:
    Path("scripts/forever.py").write_text("print('up', flush=True)\nwhile True: pass\n")
    with started("run", "forever") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"up\n"
        children = children_of(process.pid)
        assert children
        process.send_signal(sent)
        assert process.wait(20) == code
        assert b"Traceback" not in process.stderr.read()
    wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def wait_until(condition: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "condition not met in time"
        os.sched_yield()


def test_context_from_stdin() -> None:
    with started("call", "shout", "--context", "-") as process:
        out, _ = process.communicate(b'{"params": {"x": "a"}}', timeout=30)
    assert (process.returncode, json.loads(out)) == (0, {"text": "A!"})
