"""What one more worker costs in memory."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from pybridge.bench import workload
from pybridge.bench.session import BenchSession, ask
from pybridge.bench.statistics import Samples

MORE = 3
"""Workers that are added; what one costs is their mean."""

_MOST_TURNS = 3
_SETTLED_S = 0.5
_AT_MOST_S = 10.0
_MIB = 2**20


def measure_memory(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return MiB of one more worker; nothing where the system does not tell.

    All processes of the browser are counted, what they share by its share (PSS).
    """
    if not Path("/proc/self/smaps_rollup").is_file():
        return {}
    ours, baseline = [], []
    for _ in range(min(turns // 4, _MOST_TURNS)):
        ours.append((_ours(session, MORE) - _ours(session, 0)) / MORE)
        baseline.append((_cloned(session, MORE + 1) - _cloned(session, 1)) / MORE)
    return {"memory_spare": Samples(tuple(ours), tuple(baseline))}


def _ours(session: BenchSession, spares: int) -> float:
    first = workload.call(0)
    with session.fresh("ours") as page:
        ask(page, "start", workload.project(), first, {"spares": spares})
        ask(page, "spares", spares)
        return _settled(session, page)


def _cloned(session: BenchSession, workers: int) -> float:
    with session.fresh("clone") as page:
        ask(page, "start", workers)
        return _settled(session, page)


def _settled(session: BenchSession, page: Page) -> float:
    """Return MiB of the browser once they have stopped changing, garbage and all."""
    end = time.monotonic() + _AT_MOST_S
    before, now = 0.0, _used(session.processes())
    while abs(now - before) > 1 and time.monotonic() < end:
        page.wait_for_timeout(_SETTLED_S * 1000)
        before, now = now, _used(session.processes())
    return now


def _used(processes: list[int]) -> float:
    return sum(map(_pss, processes)) / _MIB


def _pss(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    except OSError:  # it has ended meanwhile
        return 0
    facts: dict[str, Any] = dict(line.split(":", 1) for line in text.splitlines()[1:])
    return int(facts["Pss"].split()[0]) * 1024
