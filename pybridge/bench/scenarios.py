"""What is measured, against what, with which target: the list, as data."""

from __future__ import annotations

from pybridge.bench.figures import Figure, Scenario
from pybridge.bench.host_scenarios import HOST_SCENARIOS
from pybridge.bench.measures.batches import (
    measure_batches,
    measure_growth,
    measure_site,
    measure_without_wall,
)
from pybridge.bench.measures.calls import measure_calls, measure_payloads, measure_tiers
from pybridge.bench.measures.engines import measure_engines
from pybridge.bench.measures.memory import measure_memory
from pybridge.bench.measures.processes import PROCESS_FIGURES, measure_processes
from pybridge.bench.measures.starts import (
    measure_fresh,
    measure_starts,
    measure_starts_without,
)

_PLAIN = "Pyodide's documented worker pattern: loadPyodide, loadPackagesFromImports, runPythonAsync"
_PER_MACRO = "one awaited message per macro, callable cached in a worker behind the same wall"
_PER_MACRO_WITHOUT_WALL = (
    "one awaited message per macro, callable cached in a worker of the page's own, no sandbox"
)
_SITE_PER_MACRO = "the same posts through one awaited message per macro, behind the same wall"

SCENARIOS = (
    Scenario(
        "starts",
        (
            Figure(
                "ready_worker",
                "spawn → first macro rendered, level worker, snapshot",
                "ms",
                _PLAIN,
                target=0.14,
                gate=0.4,
            ),
            Figure(
                "ready_origin",
                "spawn → first macro rendered, level origin, snapshot",
                "ms",
                _PLAIN,
                target=0.16,
                gate=0.4,
            ),
            Figure(
                "recovery_p50",
                "timeout → next good result, with a spare",
                "ms",
                _PLAIN,
                target=0.005,
                gate=0.05,
            ),
            Figure(
                "recovery_p95",
                "the same, 95th percentile",
                "ms",
                _PLAIN,
                target=0.02,
                gate=0.2,
                statistic="p95",
            ),
        ),
        measure_starts,
        quick_turns=1,
    ),
    Scenario(
        "starts_without",
        (
            Figure("ready_cold", "the same as ready_origin, without the snapshot", "ms", _PLAIN),
            Figure("recovery_without_spare", "the same as recovery, without a spare", "ms", _PLAIN),
        ),
        measure_starts_without,
        is_long=True,
    ),
    Scenario(
        "fresh",
        (
            Figure(
                "ready_fresh",
                "from nothing in a fresh browser profile → first macro",
                "ms",
                _PLAIN,
                target=0.30,
                gate=0.8,
            ),
        ),
        measure_fresh,
        quick_turns=1,
    ),
    Scenario(
        "memory",
        (
            Figure(
                "memory_spare",
                "memory of one more worker",
                "MiB",
                "a worker restored from a full clone of the snapshot",
                target=0.5,
                gate=0.8,
            ),
        ),
        measure_memory,
    ),
    Scenario(
        "calls",
        (
            Figure(
                "warm_call",
                "one call: validated, rendered, sanitised",
                "ms",
                _PLAIN,
                target=0.16,
                gate=1.0,
            ),
            Figure("hot_reload", "an edited script loaded and called once", "ms", _PLAIN),
        ),
        measure_calls,
    ),
    Scenario(
        "batches",
        (
            Figure("batch_10", "a macro in a batch of 10, whole way", "us", _PER_MACRO),
            Figure("batch_100", "a macro in a batch of 100, whole way", "us", _PER_MACRO),
            Figure(
                "batch_macro",
                "a macro in a batch of 1000, whole way",
                "us",
                _PER_MACRO,
                target=0.06,
                gate=0.8,
            ),
            Figure(
                "engine_vs_native",
                "the engine's own time per macro",
                "us",
                "the same on native CPython",
                target=3.0,
                gate=10,
            ),
        ),
        measure_batches,
    ),
    Scenario(
        "without_wall",
        (
            Figure(
                "batch_without_wall",
                "a macro in a batch of 1000, whole way, behind the wall",
                "us",
                _PER_MACRO_WITHOUT_WALL,
            ),
        ),
        measure_without_wall,
        is_long=True,
    ),
    Scenario(
        "site",
        (
            Figure(
                "site",
                "a macro while posts with three macros each render, whole way",
                "us",
                _SITE_PER_MACRO,
                target=0.1,
                gate=1.0,
            ),
            Figure(
                "long_tasks",
                "tasks over 50 ms on the page meanwhile",
                "count",
                "none",
                target=0,
                gate=5,
            ),
        ),
        measure_site,
    ),
    Scenario(
        "payloads",
        tuple(
            Figure(name, f"a macro with {size} of parameters, batch of 100", "us", _PER_MACRO)
            for name, size in (
                ("payload_0_1kb", "0.1 kB"),
                ("payload_1kb", "1 kB"),
                ("payload_10kb", "10 kB"),
                ("payload_100kb", "100 kB"),
            )
        ),
        measure_payloads,
        is_long=True,
    ),
    Scenario(
        "tiers",
        (
            Figure("tier_simple", "a macro that fills one line, batch of 100", "us", _PER_MACRO),
            Figure("tier_medium", "a macro that sorts 30 rows into a table", "us", _PER_MACRO),
            Figure("tier_heavy", "a macro that smooths 2,000 points", "us", _PER_MACRO),
        ),
        measure_tiers,
        is_long=True,
    ),
    Scenario(
        "engines",
        (
            Figure(
                "site_wasi_vs_native",
                "a built-in macro, WASI engine, documents whole way",
                "us",
                "native engine",
            ),
            Figure("site_browser_vs_native", "the same, browser engine", "us", "native engine"),
            Figure(
                "site_browser_vs_javascript",
                "the same",
                "us",
                "the JavaScript macros alone, in Node",
            ),
        ),
        measure_engines,
    ),
    *HOST_SCENARIOS,
    Scenario("processes", PROCESS_FIGURES, measure_processes),
    Scenario(
        "growth",
        (
            Figure(
                "heap_growth",
                "heap after 100,000 renders",
                "count",
                "heap after 1,000",
                target=1.02,
            ),
            Figure(
                "scale_growth", "a macro after 100,000 renders", "ms", "after 1,000", target=1.1
            ),
            Figure(
                "p95_growth",
                "the same, 95th percentile of both",
                "ms",
                "after 1,000",
                target=1.2,
                statistic="p95_of_both",
            ),
        ),
        measure_growth,
        is_long=True,
    ),
)
