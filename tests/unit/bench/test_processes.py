"""Which processes are measured: each way on every runtime that is ready, with a figure for each."""

from __future__ import annotations

from pybridge.bench.measures.processes import PROCESS_FIGURES, measure_processes
from pybridge.processes.runtimes import NAMES, listed


def test_every_runtime_that_is_ready_is_measured_in_both_ways() -> None:
    samples = measure_processes(None, 1)
    ready = [each.name for each in listed() if each.wasm is not None]
    assert len(samples) == 2 * len(ready)
    assert samples.keys() <= {figure.name for figure in PROCESS_FIGURES}
    assert len(PROCESS_FIGURES) == 2 * len(NAMES)
    assert all(len(each.ours) == len(each.baseline) == 1 for each in samples.values())
