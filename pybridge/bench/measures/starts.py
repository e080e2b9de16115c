"""From nothing, or from a dead worker, to the next macro rendered."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Page

from pybridge.bench import workload
from pybridge.bench.session import BenchSession, ask, close
from pybridge.bench.statistics import Samples

_SHORT = {"limits": {"itemS": 0.2}}


def measure_starts(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return milliseconds to the first macro with warm caches, and to the next after a timeout."""
    samples = _beside_plain(
        session,
        turns,
        ready={
            "ready_origin": _started(session, _SHORT),
            "ready_worker": _started(session, {"isolation": "worker"}),
        },
        recovery={"recovery": (_started(session, {"spares": 1, **_SHORT}), 1)},
    )
    recovery = samples.pop("recovery")
    return {**samples, "recovery_p50": recovery, "recovery_p95": recovery}


def measure_starts_without(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return the same milliseconds without the snapshot, and without a spare."""
    return _beside_plain(
        session,
        turns,
        ready={"ready_cold": _started_without_snapshot(session)},
        recovery={"recovery_without_spare": (_started(session, _SHORT), 0)},
    )


def _beside_plain(
    session: BenchSession,
    turns: int,
    *,
    ready: Mapping[str, Page],
    recovery: Mapping[str, tuple[Page, int]],
) -> dict[str, Samples]:
    """Let pages take turns with the documented pattern; *recovery* has the spares beside its pages."""
    first, stuck = workload.call(0), workload.call(0, "stuck")
    plain = session.open("documented")
    taken: dict[str, list[float]] = {name: [] for name in ("plain", *ready, *recovery)}
    for turn in range(turns + 1):
        taken["plain"].append(ask(plain, "start", workload.documented_source(), first)["ms"])
        for name, page in ready.items():
            taken[name].append(ask(page, "ready", first))
        edited = workload.stuck_script(turn)
        for name, (page, spares) in recovery.items():
            taken[name].append(ask(page, "recover", edited, stuck, first, spares))
    close(plain, *ready.values(), *(page for page, _ in recovery.values()))
    against = tuple(taken.pop("plain")[1:])
    return {name: Samples(tuple(values[1:]), against) for name, values in taken.items()}


def measure_fresh(session: BenchSession, turns: int) -> Mapping[str, Samples]:
    """Return milliseconds to the first macro in a browser profile that has seen nothing."""
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


def _started(session: BenchSession, settings: Mapping[str, object]) -> Page:
    page = session.open("ours")
    ask(page, "start", workload.project(), workload.call(0), settings)
    return page


def _started_without_snapshot(session: BenchSession) -> Page:
    with session.without_snapshot():
        return _started(session, {})
