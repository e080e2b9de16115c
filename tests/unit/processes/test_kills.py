"""Kills among many processes: none is lost, none answers for another, no process and no file is left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pybridge.processes import Processes, ProcessLimits
from tests.amounts import amount
from tests.processes.tools import made
from tests.unit.processes.conftest import run_folders

SHARE = 100
"""One of so many processes is one that has to be killed."""
ECHO_OR_LOOP = """(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 4096))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (if (i32.eq (i32.load8_u (i32.const 100)) (i32.const 33)) (then (loop (br 0))))))"""
"""Writes its input, and never ends if that begins with an exclamation mark."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Processes]:
    with Processes() as processes:
        processes.register("echo", made(tmp_path, "echo", ECHO_OR_LOOP))
        yield processes


def children() -> set[int]:
    """The child processes of this one, by their number."""
    return {
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    }


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="lists children by /proc")
@pytest.mark.timeout(7200)
def test_kills_among_many_processes(host: Processes) -> None:
    before = children()
    chosen = random.Random(7)
    limits = ProcessLimits(timeout_ms=300)
    for number in range(amount(300, 100_000)):
        is_endless = chosen.randrange(SHARE) == 0
        text = f"{'!' if is_endless else ''}{number}"
        done = host.run(
            host.invocation([["echo"]], stdin=text, limits=limits if is_endless else None)
        )
        expected = (124 if is_endless else 0, text)
        assert (done.exit_code, done.stdout) == expected, (number, done.message)
    host.close()
    assert children() - before == set()
    assert run_folders() == set()
