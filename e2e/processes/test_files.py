"""File operations in a page: the same results and errors as under wasmtime, of random programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from e2e.processes.conftest import ProcessPage
from e2e.processes.random_programs import program
from pybridge.processes import Processes
from tests.amounts import amount

PROGRAMS = amount(20, 500)


@pytest.fixture(scope="module")
def server() -> Iterator[Processes]:
    with Processes() as host:
        yield host


@pytest.mark.parametrize("part", range(4))
def test_random_programs_do_the_same_as_under_wasmtime(
    processes: ProcessPage, server: Processes, part: int
) -> None:
    for seed in range(part, PROGRAMS, 4):
        argv = ["python", "-c", program(seed)]
        found = processes.run({"argv": argv, "limits": {"commandBytes": 200_000}})
        expected = server.run(server.invocation([argv])).to_json()
        for name in ("exitCode", "stdout", "stderr", "files"):
            assert found[name] == expected[name], f"seed {seed}"


def test_the_programs_reach_results_and_errors(server: Processes) -> None:
    reached = set()
    for seed in range(10):
        done = server.run(server.invocation([["python", "-c", program(seed)]]))
        assert (done.exit_code, done.stderr) == (0, "")
        reached |= {line.split(" ", 1)[1] for line in done.stdout.splitlines()}
    wanted = {"None", "FileNotFoundError ENOENT", "NotADirectoryError ENOTDIR", "OSError EINVAL"}
    assert wanted <= reached
