"""What no proper client does: nothing is left behind, no answer goes astray, only the protocol is on standard output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": "first",
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}  # fmt: skip
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
SPIN = {"name": "run_python", "arguments": {"code": "while True: pass", "timeout_seconds": 300}}


class Raw:
    """A client that writes lines."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, value: Any) -> None:
        self.write(json.dumps(value).encode() + b"\n")

    def request(self, number: Any, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}})

    def answer(self) -> dict[str, Any]:
        """The next message; all that comes must be one."""
        assert self.process.stdout is not None
        value = json.loads(self.process.stdout.readline())
        assert value["jsonrpc"] == "2.0"
        return dict(value)

    def children(self) -> set[int]:
        """Processes below the server."""
        return descendants(self.process.pid)


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found |= {child, *descendants(child)}
    return found


def gone(pids: set[int], within_s: float = 10) -> set[int]:
    """Those that are still there after some time."""
    until = time.monotonic() + within_s
    while (left := {pid for pid in pids if alive(pid)}) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def started(*options: str) -> Iterator[Raw]:
    with (
        TemporaryDirectory() as place,
        subprocess.Popen(
            [sys.executable, "-m", "pybridge", "mcp", "--audit", place, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process,
    ):
        raw = Raw(process)
        try:
            raw.send(INITIALIZE)
            assert raw.answer()["id"] == "first"
            raw.send(INITIALIZED)
            yield raw
        finally:
            process.kill()


@pytest.fixture(scope="module")
def raw() -> Iterator[Raw]:
    with started() as found:
        yield found


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param(b"nonsense", -32700, id="text"),
        pytest.param(b'{"jsonrpc": "2.0", "id": NaN}', -32700, id="NaN"),
        pytest.param(b'\xff\xfe{"a": 1}', -32700, id="not UTF-8"),
        pytest.param(b"[" * 100_000, -32700, id="deep"),
        pytest.param(b"[]", -32600, id="batch"),
        pytest.param(b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', -32600, id="id"),
        pytest.param(b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', -32600, id="version"),
        pytest.param(b'"x"', -32600, id="string"),
        pytest.param(b"x" * (33 * 1024 * 1024), -32600, id="too long"),
        pytest.param(b"[" + b"{}," * 1_100_000 + b"{}]", -32600, id="too many values"),
    ],
)  # fmt: skip
def test_what_is_not_a_message_is_refused_and_the_next_is_answered(
    raw: Raw, line: bytes, code: int
) -> None:
    raw.write(line + b"\n")
    refused = raw.answer()
    assert (refused["id"], refused["error"]["code"]) == (None, code)
    raw.request(1, "ping")
    assert raw.answer() == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_a_second_request_of_the_same_id_is_refused_without_that_id(raw: Raw) -> None:
    raw.request(7, "tools/call", {"name": "run_python", "arguments": {"code": "import time\ntime.sleep(2)\n'first'"}})  # fmt: skip
    raw.request("7", "tools/call", {"name": "example.echo", "arguments": {"text": "second"}})
    refused = raw.answer()
    assert (refused["id"], refused["error"]["code"]) == (None, -32600)
    first = raw.answer()
    assert (first["id"], first["result"]["structuredContent"]["value"]) == (7, "first")


def test_code_that_writes_to_every_descriptor_does_not_reach_the_protocol(raw: Raw) -> None:
    code = 'import os, sys\nline = \'{"jsonrpc": "2.0", "id": 9, "result": {}}\\n\'\nsys.__stdout__.write(line)\nfor n in range(64):\n  try: os.write(n, line.encode())\n  except OSError: pass'
    raw.request(9, "tools/call", {"name": "run_python", "arguments": {"code": code}})
    answer = raw.answer()
    assert answer["result"]["structuredContent"]["status"] == "ok"
    raw.request(10, "ping")
    assert raw.answer()["id"] == 10


def test_a_cancelled_run_is_killed_and_not_answered(raw: Raw) -> None:
    raw.request(20, "tools/call", SPIN)
    assert _is_eventually(raw, busy=True, windows=1)
    time.sleep(3)
    assert _is_eventually(raw, busy=True, windows=1)
    raw.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 20}})
    raw.request(21, "ping")
    assert raw.answer()["id"] == 21
    assert _is_eventually(raw, busy=False, windows=20)
    raw.request(22, "tools/call", {"name": "example.echo", "arguments": {"text": "x"}})
    assert raw.answer()["id"] == 22


def _is_eventually(raw: Raw, *, busy: bool, windows: int) -> bool:
    """Whether in one of so many spans of time a process below the server works, or none does."""
    for _ in range(windows):
        before = {pid: processor_ticks(pid) for pid in raw.children()}
        time.sleep(2)
        is_busy = any(processor_ticks(pid) > ticks for pid, ticks in before.items())
        if is_busy == busy:
            return True
    return False


def processor_ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


@pytest.mark.parametrize("how", ["closes its end", "is killed with it", "SIGTERM"])
def test_a_client_that_goes_away_mid_run_leaves_nothing(how: str) -> None:
    with started() as raw:
        raw.request(1, "tools/call", SPIN)
        time.sleep(1.5)
        below = raw.children()
        assert below
        if how == "closes its end":
            assert raw.process.stdin is not None
            raw.process.stdin.close()
        elif how == "SIGTERM":
            raw.process.terminate()
        else:
            raw.process.kill()
        assert raw.process.wait(15) == {"closes its end": 0, "SIGTERM": 143}.get(how, -signal.SIGKILL)  # fmt: skip
        assert gone(below) == set()


def test_a_client_that_never_reads_stops_being_served_and_can_leave() -> None:
    with started() as raw:
        assert raw.process.stdin is not None
        assert raw.process.stdout is not None
        sent = filled(raw.process.stdin.fileno())
        status = Path(f"/proc/{raw.process.pid}/status").read_text()
        memory_kb = int(next(each for each in status.splitlines() if "VmRSS" in each).split()[1])
        assert sent < 256 * 1024 * 1024
        assert memory_kb < 500_000
        raw.process.stdout.close()
        assert raw.process.wait(20) == 0


def filled(descriptor: int) -> int:
    """Send requests until none is read for a second; return their bytes."""
    os.set_blocking(descriptor, False)
    params = {"name": "example.echo", "arguments": {"text": "x" * 200_000}}
    sent, number, last = 0, 0, time.monotonic()
    while time.monotonic() < last + 1 and sent < 256 * 1024 * 1024:
        number += 1
        request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
        left = memoryview(json.dumps(request).encode() + b"\n")
        while left and time.monotonic() < last + 1:
            try:
                written = os.write(descriptor, left)
            except BlockingIOError:
                time.sleep(0.01)
                continue
            left, sent, last = left[written:], sent + written, time.monotonic()
    return sent


def test_without_the_sdk_one_line_names_the_extra(tmp_path: Path) -> None:
    code = "import sys\nfor name in ('mcp', 'mcp_types', 'anyio'): sys.modules[name] = None\nfrom pybridge.cli.app import run_command\nsys.exit(run_command(['mcp', '--audit', 'a']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"pybridge-runtime[mcp]" in done.stderr
    assert b"Traceback" not in done.stderr
