"""What is measured, against what, with which target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Page

from pybridge.bench import workload
from pybridge.bench.engines import measure_engines
from pybridge.bench.native import engine_us_per_macro
from pybridge.bench.session import BenchSession, ask
from pybridge.bench.statistics import Samples, Statistic
from pybridge.bench.store_scenarios import (
    INDEX_SHARE_TARGET,
    SYNC_ONE_TARGET,
    SYNC_UNCHANGED_TARGET,
    measure_store,
)

Unit = Literal["s", "ms", "us", "count"]

_BATCH = 1000
_MESSAGES = 200
_PLAIN = "Pyodide's documented worker pattern: loadPyodide, loadPackagesFromImports, runPythonAsync"
_PER_MACRO = "one awaited message per macro, callable cached in the worker"


@dataclass(frozen=True)
class Figure:
    """One figure of ours beside one of a named baseline."""

    name: str
    """Key in the report."""
    title: str
    unit: Unit
    target: float | None
    """The ratio must not be above it; None while it only records."""
    baseline: str
    """What ours is compared with, in words."""
    statistic: Statistic = "median"


@dataclass(frozen=True)
class Scenario:
    """Figures that are measured together, in the same turns."""

    name: str
    figures: tuple[Figure, ...]
    measure: Callable[[BenchSession, int], Mapping[str, Samples]]
    """Takes the session and the number of turns; returns samples by figure."""
    is_long: bool = False
    """Whether a quick run leaves it out."""


def _starts(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    first = workload.call(0)
    origin, worker = session.open("ours"), session.open("ours")
    ask(origin, "start", workload.project(), first, {"limits": {"itemS": 0.2}})
    ask(worker, "start", workload.project(), first, {"isolation": "worker"})
    cold = session.open("ours")
    with session.without_snapshot():
        ask(cold, "start", workload.project(), first, {})
    spared = session.open("ours")
    ask(spared, "start", workload.project(), first, {"spares": 1, "limits": {"itemS": 0.2}})
    plain = session.open("documented")
    taken: dict[str, list[float]] = {
        "plain": [],
        "origin": [],
        "worker": [],
        "cold": [],
        "recovery": [],
    }
    for _ in range(turns + 1):
        taken["plain"].append(ask(plain, "start", workload.documented_source(), first)["ms"])
        taken["origin"].append(ask(origin, "ready", first))
        taken["worker"].append(ask(worker, "ready", first))
        taken["cold"].append(ask(cold, "ready", first))
        taken["recovery"].append(ask(spared, "recover", workload.call(0, "stuck"), first))
    _close(origin, worker, cold, spared, plain)
    counted = {name: tuple(values[1:]) for name, values in taken.items()}
    return {
        "ready_origin": Samples(counted["origin"], counted["plain"]),
        "ready_worker": Samples(counted["worker"], counted["plain"]),
        "ready_cold": Samples(counted["cold"], counted["plain"]),
        "recovery_p50": Samples(counted["recovery"], counted["plain"]),
        "recovery_p95": Samples(counted["recovery"], counted["plain"]),
    }


def _fresh(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    first = workload.call(0)
    ours, baseline = [], []
    for _ in range(turns):
        with session.fresh("documented") as page:
            plain = ask(page, "start", workload.documented_source(), first)
        with session.fresh("ours") as page:
            own = ask(page, "start", workload.project(), first)
        if own["html"] != plain["html"]:
            raise AssertionError(f"the sides differ: {own['html']!r}, {plain['html']!r}")
        baseline.append(plain["ms"])
        ours.append(own["ms"])
    return {"ready_fresh": Samples(tuple(ours), tuple(baseline))}


def _calls(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    calls = [workload.call(number) for number in range(30)]
    plain, own = session.open("documented"), session.open("ours")
    ask(plain, "start", workload.documented_source(), calls[0])
    ask(own, "start", workload.project(), calls[0])
    ours, baseline = [], []
    for _ in range(turns + 1):
        baseline.append(ask(plain, "calls", workload.documented_source(), calls))
        ours.append(ask(own, "calls", calls))
    _close(plain, own)
    return {"warm_call": Samples(tuple(ours[1:]), tuple(baseline[1:]))}


def _batches(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    calls = [workload.call(number) for number in range(_BATCH)]
    plain, own = session.open("messages"), session.open("ours")
    ask(plain, "start", workload.source())
    ask(own, "start", workload.project(), calls[0])
    ours, baseline, engine, native = [], [], [], []
    for _ in range(turns + 2):
        baseline.append(ask(plain, "calls", calls[:_MESSAGES]) * 1000)
        batch = ask(own, "batch", calls)
        ours.append(batch["ms"] * 1000)
        engine.append(batch["engineUs"])
        native.append(engine_us_per_macro(workload.project(), calls))
    _close(plain, own)
    return {
        "batch_macro": Samples(tuple(ours[2:]), tuple(baseline[2:])),
        "engine_vs_native": Samples(tuple(engine[2:]), tuple(native[2:])),
    }


def _site(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    posts = [workload.post(number) for number in range(session.site_posts)]
    calls = [workload.call(number) for number in range(_MESSAGES)]
    plain, own = session.open("messages"), session.open("ours")
    ask(plain, "start", workload.source())
    ask(own, "start", workload.project(), calls[0])
    ask(own, "site", posts[:200])
    ours, baseline, tasks = [], [], []
    for _ in range(max(2, turns // 5)):
        baseline.append(ask(plain, "calls", calls) * 1000)
        rendered = ask(own, "site", posts)
        ours.append(rendered["ms"] * 1000)
        tasks.append(float(rendered["longTasks"]))
    _close(plain, own)
    return {
        "site": Samples(tuple(ours), tuple(baseline)),
        "long_tasks": Samples(tuple(tasks), (0.0,) * len(tasks)),
    }


def _growth(session: BenchSession, _turns: int) -> Mapping[str, Samples]:
    own = session.open("ours")
    ask(own, "start", workload.project(), workload.call(0))
    calls = [workload.call(number) for number in range(_BATCH)]
    early: list[dict[str, Any]] = [ask(own, "batch", calls) for _ in range(10)][1:]
    for _ in range(90):
        ask(own, "batch", calls)
    late: list[dict[str, Any]] = [ask(own, "batch", calls) for _ in range(9)]
    _close(own)

    def samples(name: str) -> Samples:
        return Samples(tuple(each[name] for each in late), tuple(each[name] for each in early))

    return {
        "heap_growth": samples("heapBytes"),
        "scale_growth": samples("ms"),
        "p95_growth": samples("ms"),
    }


def _close(*pages: Page) -> None:
    for page in pages:
        page.close()


SCENARIOS = (
    Scenario(
        "starts",
        (
            Figure(
                "ready_worker",
                "spawn → first macro rendered, level worker, snapshot",
                "ms",
                0.14,
                _PLAIN,
            ),
            Figure(
                "ready_origin",
                "spawn → first macro rendered, level origin, snapshot",
                "ms",
                0.16,
                _PLAIN,
            ),
            Figure(
                "ready_cold", "the same as ready_origin, without the snapshot", "ms", None, _PLAIN
            ),
            Figure("recovery_p50", "timeout → next good result, with a spare", "ms", 0.005, _PLAIN),
            Figure("recovery_p95", "the same, 95th percentile", "ms", 0.02, _PLAIN, "p95"),
        ),
        _starts,
    ),
    Scenario(
        "fresh",
        (
            Figure(
                "ready_fresh",
                "from nothing in a fresh browser profile → first macro",
                "ms",
                0.30,
                _PLAIN,
            ),
        ),
        _fresh,
    ),
    Scenario(
        "calls",
        (Figure("warm_call", "one call: validated, rendered, sanitised", "ms", 0.16, _PLAIN),),
        _calls,
    ),
    Scenario(
        "batches",
        (
            Figure(
                "batch_macro", f"a macro in a batch of {_BATCH}, whole way", "us", 0.06, _PER_MACRO
            ),
            Figure(
                "engine_vs_native",
                "the engine's own time per macro",
                "us",
                3.0,
                "the same on native CPython",
            ),
        ),
        _batches,
    ),
    Scenario(
        "site",
        (
            Figure(
                "site",
                "a macro while posts with three macros each render, whole way",
                "us",
                0.1,
                _PER_MACRO,
            ),
            Figure("long_tasks", "tasks over 50 ms on the page meanwhile", "count", 0, "none"),
        ),
        _site,
    ),
    Scenario(
        "engines",
        (
            Figure(
                "site_wasi_vs_native",
                "a built-in macro, WASI engine, documents whole way",
                "us",
                None,
                "native engine",
            ),
            Figure(
                "site_browser_vs_native",
                "the same in the browser engine",
                "us",
                None,
                "native engine",
            ),
            Figure(
                "site_browser_vs_javascript",
                "the same",
                "us",
                None,
                "the JavaScript macros alone, in Node",
            ),
        ),
        measure_engines,
    ),
    Scenario(
        "store",
        (
            Figure(
                "store_first_sync",
                "SQL and index in the first sync of 10,000 scripts",
                "ms",
                INDEX_SHARE_TARGET,
                "all of that sync",
            ),
            Figure(
                "store_sync_unchanged",
                "sync of 10,000 scripts, nothing changed",
                "ms",
                SYNC_UNCHANGED_TARGET,
                "a bare walk and stat",
            ),
            Figure(
                "store_sync_one_changed",
                "the same, one file changed",
                "ms",
                SYNC_ONE_TARGET,
                "a bare walk and stat",
            ),
        ),
        measure_store,
        is_long=True,
    ),
    Scenario(
        "growth",
        (
            Figure("heap_growth", "heap after 100,000 renders", "count", 1.02, "heap after 1,000"),
            Figure("scale_growth", "a macro after 100,000 renders", "ms", 1.1, "after 1,000"),
            Figure("p95_growth", "the same, 95th percentile", "ms", 1.2, "after 1,000", "p95"),
        ),
        _growth,
        is_long=True,
    ),
)
