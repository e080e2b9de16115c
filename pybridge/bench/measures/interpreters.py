"""The WASI engine on the component beside the one on the core module: start, a batch, memory."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pybridge.bench import workload
from pybridge.bench.statistics import Samples
from pybridge.engines import EngineChoice, open_engine
from pybridge.engines.protocol import Engine, Script
from pybridge.engines.wasi.component import built
from pybridge.errors import ComponentAbsent, EngineCrashed

CORE, COMPONENT = EngineChoice("wasi"), EngineChoice("wasi", python="component")
CALLS = 1000
ALONE = 10
"""Scripts, each with an interpreter of its own."""

_ALONE = "class Kept:\n    pass\n\n\ndef render(context):\n    return {'text': 'x'}\n"


def measure_interpreters(_session: object, turns: int) -> Mapping[str, Samples]:
    """Return the figures; nothing where the component was not built."""
    try:
        built.find()
    except ComponentAbsent:
        return {}
    pairs: dict[str, list[tuple[float, float]]] = {}
    for turn in range(turns + 1):
        ours, theirs = _taken(COMPONENT), _taken(CORE)
        for name in ours if turn else ():  # the first one may compile
            pairs.setdefault(name, []).append((ours[name], theirs[name]))
    return {
        name: Samples(tuple(ours for ours, _ in both), tuple(theirs for _, theirs in both))
        for name, both in pairs.items()
    }


def _taken(choice: EngineChoice) -> Mapping[str, float]:
    """Return milliseconds until an engine is ready, and of a batch; MiB of scripts that are alone."""
    started = time.perf_counter()
    with open_engine(choice) as engine:
        start_ms = (time.perf_counter() - started) * 1000
        engine.load([Script("scripts/badge.py", workload.source())])
        _batch_ms(engine, 10)
        batch_ms = _batch_ms(engine, CALLS)
    figures = {"component_start": start_ms, "component_batch": batch_ms}
    memory = _memory_mib(choice)
    return figures if memory is None else {**figures, "component_memory": memory}


def _batch_ms(engine: Engine, count: int) -> float:
    calls = [workload.call(number) for number in range(count)]
    started = time.perf_counter()
    outcomes = engine.render_calls(calls)
    duration = (time.perf_counter() - started) * 1000
    _require([*outcomes])
    return duration


def _memory_mib(choice: EngineChoice) -> float | None:
    """Return MiB of this process's children, each shared page by its share."""
    names = [f"alone{number}" for number in range(ALONE)]
    before = _children_mib()
    with open_engine(choice) as engine:
        engine.load([Script(f"scripts/{name}.py", _ALONE) for name in names])
        env = {"isPreview": False}
        _require(engine.render_calls([{"abi": 1, "macro": {"name": n}, "params": {}, "env": env} for n in names]))  # fmt: skip
        after = _children_mib()
    return None if before is None or after is None else after - before


def _children_mib() -> float | None:
    children = Path("/proc/self/task").glob("*/children")
    pids = {pid for file in children for pid in file.read_text("ascii").split()}
    try:
        kilobytes = [_proportional(Path(f"/proc/{pid}/smaps_rollup").read_text()) for pid in pids]
    except OSError:
        return None
    return sum(kilobytes) / 1024


def _proportional(rollup: str) -> int:
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def _require(outcomes: Sequence[Mapping[str, object]]) -> None:
    if any("error" in outcome for outcome in outcomes):
        raise EngineCrashed("wasi", "it failed on the benchmark's own calls")
