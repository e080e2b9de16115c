"""A Python process in the sandbox, warm and from a shell, beside one of the host."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from pybridge.bench.statistics import Samples
from pybridge.errors import EngineCrashed
from pybridge.processes import Processes

_SUM = "print(1+1)"


def measure_processes(_session: object, turns: int) -> Mapping[str, Samples]:
    """Return the figures of processes; no browser is needed for them."""
    host: list[float] = []
    warm: list[float] = []
    shell: list[float] = []
    with Processes() as processes:

        def run_warm() -> str:
            return processes.run(processes.invocation([["python", "-c", _SUM]])).stdout

        for _ in range(turns + 1):
            host.append(_ms(lambda: _output([sys.executable, "-c", "pass"]), ""))
            warm.append(_ms(run_warm, "2\n"))
            shell.append(
                _ms(
                    lambda: _output([sys.executable, "-m", "pybridge", "python", "-c", _SUM]), "2\n"
                )
            )
    baseline = tuple(host[1:])
    return {
        "process_warm": Samples(tuple(warm[1:]), baseline),
        "process_shell": Samples(tuple(shell[1:]), baseline),
    }


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False
    )
    return done.stdout


def _ms(act: Callable[[], str], expected: str) -> float:
    started = time.perf_counter()
    output = act()
    duration = (time.perf_counter() - started) * 1000
    if output != expected:
        raise EngineCrashed("process", f"it printed {output!r}, not {expected!r}")
    return duration
