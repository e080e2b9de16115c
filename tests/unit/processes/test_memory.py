"""A process that ends for want of memory says so: with its limit, as one that broke a limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybridge.processes import AuditEvent, Processes, ProcessLimits
from pybridge.processes.memory import is_out_of_memory
from pybridge.wasi.warm import Ended
from tests.processes.tools import LARGE, TABLE, made

MIB = 1024 * 1024
FILLS = {
    "one-object": "x = bytearray(10 ** 9)",
    "many-objects": "x = []\nwhile True: x.append(' ' * 100_000)",
    "text": "x = 'x'\nwhile True: x += x",
    "in-a-function": "def f(n):\n    return [bytes(10 ** 6)] + f(n)\nf([bytes(10 ** 8)])",
    "imported": "import sys, json\njson.loads('[' + '1,' * 10 ** 7 + '1]')",
    "raised": "raise MemoryError('no more')",
}


@pytest.mark.parametrize("name", FILLS)
def test_python_without_memory_broke_the_limit(processes: Processes, name: str) -> None:
    limits = ProcessLimits(memory_bytes=40 * MIB, timeout_ms=20_000)
    done = processes.spawn(["python", "-c", FILLS[name]], limits=limits).wait()
    assert (done.exit_code, done.error_class) == (1, "limit"), done.stderr[-200:]
    assert done.message == "python needs more memory than the limit of 41,943,040 bytes"
    assert "MemoryError" in done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "try: bytearray(10 ** 9)\nexcept MemoryError: print('caught')",
        "import sys\nprint('MemoryError', file=sys.stderr)",
        "x = bytes(20_000_000)",
    ],
)
def test_one_that_goes_on_did_not(processes: Processes, code: str) -> None:
    limits = ProcessLimits(memory_bytes=40 * MIB)
    done = processes.spawn(["python", "-c", code], limits=limits).wait()
    assert (done.exit_code, done.error_class, done.message) == (0, None, None)


def test_the_error_of_an_earlier_command_is_not_that_of_the_last(processes: Processes) -> None:
    done = processes.pipeline(
        [["python", "-c", "bytearray(10 ** 9)"], ["python", "-c", "raise SystemExit(1)"]]
    ).wait()
    assert (done.exit_code, done.error_class, done.message) == (1, None, None)
    assert "MemoryError" in done.stderr


GROWS = """(module (memory (export "memory") 1)
  (func (export "_start")
    (loop $more (br_if $more (i32.ne (i32.const -1) (memory.grow (i32.const 16)))))
    unreachable))"""
NAMED = '(module (import "memory limits" "exceeds" (func)) (func (export "_start")))'


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        (GROWS, 70, "unreachable"),
        (LARGE, 1, "memory minimum size"),
        (TABLE, 1, "table minimum size"),
    ],
    ids=["grows", "too-large", "table"],
)
def test_a_tool_without_memory_broke_the_limit(
    tmp_path: Path, text: str, code: int, detail: str
) -> None:
    told: list[AuditEvent] = []
    with Processes(on_event=told.append) as host:
        host.register("tool", made(tmp_path, "tool", text))
        done = host.spawn(["tool"]).wait()
    assert (done.exit_code, done.error_class) == (code, "limit")
    assert (done.message or "").startswith(
        f"tool needs more memory than the limit of 268,435,456 bytes ({detail}"
    )
    assert [each.subtype for each in told if each.kind == "limit.exceeded"] == ["memory"]


def test_a_module_cannot_name_a_limit_that_it_did_not_break(
    processes: Processes, tmp_path: Path
) -> None:
    processes.register("tool", made(tmp_path, "tool", NAMED))
    done = processes.spawn(["tool"]).wait()
    assert (done.exit_code, done.error_class) == (1, None)


@pytest.mark.parametrize(
    ("ended", "stderr", "expected"),
    [
        (Ended("exit", 1), b"Traceback\nMemoryError\n", True),
        (Ended("exit", 1), b"MemoryError: x\n\n", True),
        (Ended("exit", 0), b"MemoryError\n", False),
        (Ended("exit", 1), b"MemoryError\nValueError\n", False),
        (Ended("exit", 1), b"MemoryErrors\n", False),
        (Ended("exit", 1), b"", False),
        (Ended("trap", 0, "unreachable"), b"memory allocation of 70 bytes failed\n", True),
        (Ended("trap", 0, "unreachable", 100), b"", True),
        (Ended("trap", 0, "unreachable", 50), b"", False),
        (Ended("trap", 0, "its stack overflowed", 100), b"", False),
    ],
)
def test_what_is_taken_for_want_of_memory(ended: Ended, stderr: bytes, expected: bool) -> None:
    assert is_out_of_memory(ended, stderr, 100) is expected
