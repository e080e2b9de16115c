"""Warm children: reused after an end, replaced after a kill, none left when the pool is closed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import wasmtime

from pybridge.wasi.compile import WasmFile, compiled
from pybridge.wasi.pipes import Streams
from pybridge.wasi.pool import WarmPool
from pybridge.wasi.warm import Cancellation, Ended, Job, WarmChild, Watch

EMPTY = '(module (memory (export "memory") 1) (func (export "_start")))'
ENDLESS = '(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))'


@pytest.fixture
def pool() -> Iterator[WarmPool]:
    found = WarmPool()
    yield found
    found.close()


def job(folder: Path, text: str) -> Job:
    path = folder / "module.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(text)))
    module = compiled(WasmFile.of(path), "test", hint="", before=lambda: None)
    stdin = folder / "stdin"
    stdin.touch()
    return Job(module, ["m"], {}, [], stdin, False, folder, 1 << 20, 1 << 20)


def run(pool: WarmPool, wanted: Job, seconds: float = 30) -> Ended:
    streams = Streams(lambda _: None, lambda _: None)
    return pool.run(wanted, streams, Watch(seconds), Cancellation())


def pids(pool: WarmPool) -> list[int]:
    return [child.pid for child in pool._idle]


def test_a_child_is_used_again_after_an_end_and_not_after_a_kill(tmp_path: Path) -> None:
    child = WarmChild()
    streams = Streams(lambda _: None, lambda _: None)
    for text, seconds, reason in (
        (EMPTY, 30, "exit"),
        (EMPTY, 30, "exit"),
        (ENDLESS, 0.3, "timeout"),
    ):
        watch = Watch(seconds)
        assert child.is_usable
        assert child.run(job(tmp_path, text), streams, watch, Cancellation()).reason == reason
    assert not child.is_usable
    assert not child.is_alive


def test_a_child_that_died_while_nothing_ran_is_replaced(tmp_path: Path, pool: WarmPool) -> None:
    run(pool, job(tmp_path, EMPTY))
    for pid in pids(pool):
        os.kill(pid, 9)
    time.sleep(0.1)
    assert run(pool, job(tmp_path, EMPTY)) == Ended("exit", 0)


def test_a_child_that_is_killed_while_it_runs_is_lost_with_a_reason(
    tmp_path: Path, pool: WarmPool
) -> None:
    run(pool, job(tmp_path, EMPTY))
    [pid] = pids(pool)
    watch = Watch(30, lambda _: os.kill(pid, 9))
    streams = Streams(lambda _: None, lambda _: None)
    ended = pool.run(job(tmp_path, ENDLESS), streams, watch, Cancellation())
    assert ended == Ended("lost", 0, "its process ended with SIGKILL")
    assert run(pool, job(tmp_path, EMPTY)) == Ended("exit", 0)


def test_a_broken_limit_ends_a_job(tmp_path: Path, pool: WarmPool) -> None:
    watch = Watch(30, lambda _: "too much")
    streams = Streams(lambda _: None, lambda _: None)
    ended = pool.run(job(tmp_path, ENDLESS), streams, watch, Cancellation())
    assert ended == Ended("limit", 0, "too much")


def test_a_closed_pool_keeps_no_child(tmp_path: Path, pool: WarmPool) -> None:
    run(pool, job(tmp_path, EMPTY))
    [pid] = pids(pool)
    pool.close()
    assert not Path(f"/proc/{pid}").exists()
    assert run(pool, job(tmp_path, EMPTY)) == Ended("exit", 0)
    assert pids(pool) == []
