"""Many macros in one crossing: by batch size, in a site of posts, and after a hundred thousand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pybridge.bench import workload
from pybridge.bench.native import engine_us_per_macro
from pybridge.bench.session import BenchSession, ask, close
from pybridge.bench.statistics import Samples

SIZES = {"batch_10": 10, "batch_100": 100, "batch_macro": 1000}

_MESSAGES = 200
_WARM_UP = 12
"""Turns that are not counted: in the first the browser still optimises WebAssembly, on both sides."""


def measure_batches(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds of a macro by the size of its batch, and the engine's own share of it."""
    calls = [workload.call(number) for number in range(max(SIZES.values()))]
    plain, own = session.open("messages"), session.open("ours")
    ask(plain, "start", workload.source())
    ask(own, "start", workload.project(), calls[0])
    taken: dict[str, list[float]] = {name: [] for name in ("plain", "engine", "native", *SIZES)}
    for _ in range(turns + _WARM_UP):
        taken["plain"].append(ask(plain, "calls", calls[:_MESSAGES]) * 1000)
        for name, size in SIZES.items():
            batch = ask(own, "batch", calls[:size])
            taken[name].append(batch["ms"] * 1000)
        taken["engine"].append(batch["engineUs"])
        taken["native"].append(engine_us_per_macro(workload.project(), calls))
    close(plain, own)
    warm = {name: tuple(values[_WARM_UP:]) for name, values in taken.items()}
    return {
        **{name: Samples(warm[name], warm["plain"]) for name in SIZES},
        "engine_vs_native": Samples(warm["engine"], warm["native"]),
    }


def measure_site(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds of a macro while a site renders, and the page's long tasks meanwhile."""
    posts = [workload.post(number) for number in range(session.site_posts)]
    calls = [workload.call(number) for number in range(_MESSAGES)]
    plain, own = session.open("messages"), session.open("ours")
    ask(plain, "start", workload.source())
    ask(own, "start", workload.project(), calls[0])
    for _ in range(_WARM_UP):
        ask(plain, "calls", calls)
        ask(own, "site", posts[:200])
    ours, baseline, tasks = [], [], []
    for _ in range(max(2, turns // 5)):
        baseline.append(ask(plain, "calls", calls) * 1000)
        rendered = ask(own, "site", posts)
        ours.append(rendered["ms"] * 1000)
        tasks.append(float(rendered["longTasks"]))
    close(plain, own)
    return {
        "site": Samples(tuple(ours), tuple(baseline)),
        "long_tasks": Samples(tuple(tasks), (0.0,) * len(tasks)),
    }


def measure_growth(session: BenchSession, _turns: int) -> Mapping[str, Samples]:
    """Return heap and milliseconds of a macro after 100,000 renders, beside after 1,000."""
    own = session.open("ours")
    ask(own, "start", workload.project(), workload.call(0))
    calls = [workload.call(number) for number in range(1000)]
    early: list[dict[str, Any]] = [ask(own, "batch", calls) for _ in range(10)][1:]
    for _ in range(90):
        ask(own, "batch", calls)
    late: list[dict[str, Any]] = [ask(own, "batch", calls) for _ in range(9)]
    close(own)

    def samples(name: str) -> Samples:
        return Samples(tuple(each[name] for each in late), tuple(each[name] for each in early))

    return {
        "heap_growth": samples("heapBytes"),
        "scale_growth": samples("ms"),
        "p95_growth": samples("ms"),
    }
