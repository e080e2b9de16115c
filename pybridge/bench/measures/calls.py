"""One call at a time: warm, with larger payloads, with heavier macros, after an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.bench import workload
from pybridge.bench.session import BenchSession, ask, close
from pybridge.bench.statistics import Samples

PAYLOADS_KB = {"payload_0_1kb": 0.1, "payload_1kb": 1, "payload_10kb": 10, "payload_100kb": 100}
TIERS = {"tier_simple": "badge", "tier_medium": "timeline", "tier_heavy": "chart"}

_CALLS = 30
_OWN_CALLS = 150
"""Of a turn of ours, which then takes about as long as the baseline's: after a pause the first milliseconds of any
side measure how the machine wakes up."""
_TIMES = 3
"""Batches of a turn, one after the other: a single one would measure how a machine wakes up."""

_WARM_UP = 12
"""Repetitions that are not counted: the browser still optimises WebAssembly, on both sides."""


def measure_calls(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return milliseconds of a warm call, and of the first call after a script was edited."""
    own_calls = [workload.call(number) for number in range(_OWN_CALLS)]
    calls = own_calls[:_CALLS]
    plain, own = session.open("documented"), session.open("ours")
    ask(plain, "start", workload.documented_source(), calls[0])
    ask(own, "start", workload.project(), calls[0])
    taken: dict[str, list[float]] = {name: [] for name in ("plain", "ours", "edit", "plain_edit")}
    for turn in range(turns + _WARM_UP):
        taken["plain"].append(ask(plain, "calls", workload.documented_source(), calls))
        taken["ours"].append(ask(own, "calls", own_calls))
        edited = f"# edit {turn}\n"
        source = edited + workload.documented_source()
        taken["plain_edit"].append(ask(plain, "calls", source, calls[:1]))
        script = {"path": "scripts/badge.py", "content": edited + workload.source()}
        taken["edit"].append(ask(own, "reload", script, calls[0]))
    close(plain, own)
    warm = {name: tuple(values[_WARM_UP:]) for name, values in taken.items()}
    return {
        "warm_call": Samples(warm["ours"], warm["plain"]),
        "hot_reload": Samples(warm["edit"], warm["plain_edit"]),
    }


def measure_payloads(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds of a macro in a batch of 100, by the size of its parameters."""
    batches = {
        name: [workload.call(n, note_bytes=int(kb * 1000)) for n in range(100)]
        for name, kb in PAYLOADS_KB.items()
    }
    return _batches_beside_messages(session, turns, batches, workload.source())


def measure_tiers(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return microseconds of a macro in a batch of 100, by how much the macro does."""
    found: dict[str, Samples] = {}
    for name, macro in TIERS.items():
        batch = {name: [workload.call(n, macro) for n in range(100)]}
        found |= _batches_beside_messages(session, turns, batch, workload.source(macro))
    return found


def _batches_beside_messages(
    session: BenchSession, turns: int, batches: Mapping[str, Sequence[dict[str, Any]]], source: str
) -> dict[str, Samples]:
    own, walled = session.beside_messages(source)
    found = {}
    for name, calls in batches.items():
        ours, baseline = [], []
        for _ in range(turns + 1):
            baseline.append(ask(walled, "calls", list(calls)) * 1000)
            ours.append(ask(own, "batch", list(calls), _TIMES)["ms"] * 1000)
        found[name] = Samples(tuple(ours[1:]), tuple(baseline[1:]))
    return found
