"""A Python process in the sandbox, warm and from a shell, beside one of the host."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from pybridge.bench.figures import Figure
from pybridge.bench.statistics import Samples
from pybridge.errors import EngineCrashed
from pybridge.processes import Processes
from pybridge.processes.runtimes import DEFAULT, NAMES, listed

_SUM = "print(1+1)"
_HOST_PYTHON = "`python -c pass` of the host"


def _figure(way: str, runtime: str) -> str:
    return f"process_{way}" if runtime == DEFAULT else f"process_{way}_{runtime}"


PROCESS_FIGURES = (
    Figure(
        _figure("warm", DEFAULT),
        "`python -c 'print(1+1)'` in a warm host, a fresh instance",
        "ms",
        _HOST_PYTHON,
        gate=20,
    ),
    Figure(
        _figure("shell", DEFAULT),
        "the same by `pybridge python -c` from a shell",
        "ms",
        _HOST_PYTHON,
        gate=80,
    ),
    *(
        Figure(_figure(way, name), f"the same {where}, {name}", "ms", _HOST_PYTHON)
        for name in NAMES
        if name != DEFAULT
        for way, where in (("warm", "in a warm host"), ("shell", "from a shell"))
    ),
)
"""Of all runtimes; one that is not ready has no samples."""


def measure_processes(_session: object, turns: int) -> Mapping[str, Samples]:
    """Return the figures of processes, of the runtimes that are ready; no browser is needed for them."""
    host: list[float] = []
    taken: dict[str, list[float]] = {}
    with Processes() as processes:

        def run_warm(runtime: str) -> str:
            invocation = processes.invocation([["python", "-c", _SUM]], runtime=runtime)
            return processes.run(invocation).stdout

        def run_shell(runtime: str) -> str:
            command = [sys.executable, "-m", "pybridge", "python", "--runtime", runtime]
            return _output([*command, "-c", _SUM])

        runtimes = [each.name for each in listed() if each.wasm is not None]
        for _ in range(turns + 1):
            host.append(_ms(lambda: _output([sys.executable, "-c", "pass"]), ""))
            for name in runtimes:
                for way, act in (("warm", run_warm), ("shell", run_shell)):
                    figure = _figure(way, name)
                    taken.setdefault(figure, []).append(_ms(partial(act, name), "2\n"))
    baseline = tuple(host[1:])
    return {name: Samples(tuple(values[1:]), baseline) for name, values in taken.items()}


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
