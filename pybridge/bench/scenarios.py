"""What is measured, against what, with which target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pybridge.bench.session import BenchSession, ask
from pybridge.bench.statistics import Samples

Unit = Literal["s", "ms", "us"]

_SCRIPT = Path(__file__).parent / "macros" / "badge.py"
_BATCH = 1000


@dataclass(frozen=True)
class Scenario:
    """One figure of ours beside one of a named baseline, taken in turn."""

    name: str
    """Key in the report."""
    title: str
    unit: Unit
    target: float | None
    """The ratio must not be above it; None while it only records."""
    baseline: str
    """What ours is compared with, in words."""
    measure: Callable[[BenchSession, int], Samples]
    """Takes the session and the number of turns."""


def call(number: int) -> dict[str, Any]:
    """Return the call every scenario makes: about 120 bytes of parameters."""
    return {
        "abi": 1,
        "macro": {"name": "badge"},
        "params": {"label": f"entry {number}", "count": number, "tone": "calm", "note": "x" * 40},
        "env": {"isPreview": False},
    }


def _project() -> list[dict[str, str]]:
    return [{"path": "scripts/badge.py", "content": _SCRIPT.read_text("utf-8")}]


def _documented_source() -> str:
    return _SCRIPT.read_text("utf-8") + "\nrender(context)\n"


def _cold_start(session: BenchSession, turns: int) -> Samples:
    ours, baseline = [], []
    for turn in range(turns + 1):
        page = session.open("documented")
        plain = ask(page, "start", _documented_source(), call(0))
        page.close()
        page = session.open("ours")
        own = ask(page, "start", _project(), call(0))
        page.close()
        if own["html"] != plain["html"]:
            raise AssertionError(f"the sides differ: {own['html']!r}, {plain['html']!r}")
        if turn > 0:  # the first fills the browser's caches
            baseline.append(plain["ms"])
            ours.append(own["ms"])
    return Samples(tuple(ours), tuple(baseline))


def _warm_call(session: BenchSession, turns: int) -> Samples:
    calls = [call(number) for number in range(30)]
    plain, own = session.open("documented"), session.open("ours")
    ask(plain, "start", _documented_source(), call(0))
    ask(own, "start", _project(), call(0))
    ours, baseline = [], []
    for _ in range(turns + 1):
        baseline.append(ask(plain, "calls", _documented_source(), calls))
        ours.append(ask(own, "calls", calls))
    plain.close()
    own.close()
    return Samples(tuple(ours[1:]), tuple(baseline[1:]))


def _batch(session: BenchSession, turns: int) -> Samples:
    calls = [call(number) for number in range(_BATCH)]
    plain, own = session.open("messages"), session.open("ours")
    ask(plain, "start", _SCRIPT.read_text("utf-8"))
    ask(own, "start", _project(), call(0))
    ours, baseline = [], []
    for _ in range(turns + 1):
        baseline.append(ask(plain, "calls", calls[:200]) * 1000)
        ours.append(ask(own, "batch", calls) * 1000)
    plain.close()
    own.close()
    return Samples(tuple(ours[1:]), tuple(baseline[1:]))


SCENARIOS = (
    Scenario(
        "cold_start",
        "page open → first macro rendered, warm HTTP cache",
        "ms",
        None,
        "Pyodide's documented worker: loadPyodide, loadPackagesFromImports, runPythonAsync",
        _cold_start,
    ),
    Scenario(
        "warm_call",
        "one call, through the whole client: validated, rendered, sanitised",
        "ms",
        0.16,
        "Pyodide's documented worker, one call",
        _warm_call,
    ),
    Scenario(
        "batch_macro",
        f"one macro in a batch of {_BATCH}, through the whole client",
        "us",
        0.06,
        "one awaited message per macro, callable cached in the worker",
        _batch,
    ),
)
