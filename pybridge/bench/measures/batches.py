"""Many macros in one crossing: by batch size, in a site of posts, and after a hundred thousand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pybridge.bench import workload
from pybridge.bench.native import engine_us_per_macro
from pybridge.bench.session import BenchSession, ask, close
from pybridge.bench.statistics import Samples
from pybridge.errors import EngineCrashed

SIZES = {"batch_10": 10, "batch_100": 100, "batch_macro": 1000}

_TIMES = {10: 100, 100: 50, 1000: 10}
"""Batches of a turn by their size, one after the other, so that a turn takes about as long as the baseline's 200
messages: after a pause the first milliseconds of any side measure how the machine wakes up."""

_MESSAGES = 200
_SITE_BY_MESSAGES = 2000
"""Posts that the baseline renders: it costs the same for each, and more of them only take longer."""
_SITE_WARM_UP = (4, 300)
"""Repetitions that are not counted there, and their posts."""
_WARM_UP = 12
"""Repetitions that are not counted: the browser still optimises WebAssembly, on both sides."""
_LOOKS = 90
"""Batches of 100 that are measured at either end: enough for a 95th percentile that is not just the slowest."""


def measure_batches(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds of a macro by the size of its batch, and the engine's own share of it."""
    calls = [workload.call(number) for number in range(max(SIZES.values()))]
    own, walled = session.beside_messages(workload.source())
    taken: dict[str, list[float]] = {name: [] for name in ("walled", "engine", *SIZES)}
    native: list[float] = []
    for turn in range(turns + _WARM_UP):
        is_warm = turn >= _WARM_UP
        taken["walled"].append(ask(walled, "calls", calls[:_MESSAGES]) * 1000)
        for name, size in SIZES.items():
            batch = ask(own, "batch", calls[:size], _TIMES[size] if is_warm else 1)
            taken[name].append(batch["ms"] * 1000)
        taken["engine"].append(batch["engineUs"])
        if is_warm:
            native.append(engine_us_per_macro(workload.project(), calls))
    warm = {name: tuple(values[_WARM_UP:]) for name, values in taken.items()}
    return {
        **{name: Samples(warm[name], warm["walled"]) for name in SIZES},
        "engine_vs_native": Samples(warm["engine"], tuple(native)),
    }


def measure_without_wall(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds of a macro in a large batch behind the wall, beside a worker without one."""
    size = SIZES["batch_macro"]
    calls = [workload.call(number) for number in range(size)]
    own, plain = session.open("ours"), session.open("messages")
    ask(own, "start", workload.project(), workload.call(0))
    ask(plain, "start", workload.source())
    ours, baseline = [], []
    for _ in range(turns + _WARM_UP):
        baseline.append(ask(plain, "calls", calls[:_MESSAGES]) * 1000)
        ours.append(ask(own, "batch", calls, _TIMES[size])["ms"] * 1000)
    close(plain, own)
    return {
        "batch_without_wall": Samples(tuple(ours[_WARM_UP:]), tuple(baseline[_WARM_UP:])),
    }


def measure_site(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds of a macro while a site renders, and the page's long tasks meanwhile."""
    posts = [workload.post(number) for number in range(session.site_posts)]
    own, walled = session.beside_messages(workload.source())
    warm_up, some = _SITE_WARM_UP
    for _ in range(warm_up):
        same = {ask(page, "site", posts[:some])["last"] for page in (walled, own)}
        if len(same) > 1:
            raise EngineCrashed("benchmark's browser", f"the sides differ: {same}")
    ours, baseline, tasks = [], [], []
    for _ in range(max(2, turns // 5)):
        baseline.append(ask(walled, "site", posts[:_SITE_BY_MESSAGES])["ms"] * 1000)
        rendered = ask(own, "site", posts)
        ours.append(rendered["ms"] * 1000)
        tasks.append(float(rendered["longTasks"]))
    return {
        "site": Samples(tuple(ours), tuple(baseline)),
        "long_tasks": Samples(tuple(tasks), (0.0,) * len(tasks)),
    }


def measure_growth(session: BenchSession, _turns: int) -> Mapping[str, Samples]:
    """Return heap and milliseconds of a macro in batches of 100 after 100,000 renders, beside after 1,000."""
    own = session.open("ours")
    ask(own, "start", workload.project(), workload.call(0))
    calls = [workload.call(number) for number in range(1000)]

    def looks() -> list[dict[str, Any]]:
        return [ask(own, "batch", calls[:100]) for _ in range(_LOOKS)]

    ask(own, "batch", calls)
    early = looks()
    for _ in range(100 - 1 - 2 * _LOOKS // 10):
        ask(own, "batch", calls)
    late = looks()
    close(own)

    def samples(name: str) -> Samples:
        return Samples(tuple(each[name] for each in late), tuple(each[name] for each in early))

    return {
        "heap_growth": samples("heapBytes"),
        "scale_growth": samples("ms"),
        "p95_growth": samples("ms"),
    }
