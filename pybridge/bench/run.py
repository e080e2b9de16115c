"""Run the scenarios and put their figures together."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pybridge
from pybridge import abi
from pybridge.bench.figures import Scenario
from pybridge.bench.scenarios import SCENARIOS
from pybridge.bench.session import BenchSession
from pybridge.bench.statistics import Ratio, Samples, ratio
from pybridge.build import pins

TURNS = 20
POSTS = 10_000
QUICK_POSTS = 1_000


@dataclass(frozen=True)
class BenchRun:
    """Everything one run found out."""

    environment: dict[str, str | int | float | bool | None]
    samples: dict[str, Samples]
    ratios: dict[str, Ratio]

    def to_json(self) -> dict[str, Any]:
        """Return the run as cli-bench.v1."""
        known = {figure.name: figure for scenario in SCENARIOS for figure in scenario.figures}
        scenarios = {
            name: {
                "description": f"{known[name].title}; baseline: {known[name].baseline}",
                "unit": known[name].unit,
                "ours": [round(value, 4) for value in samples.ours],
                "baseline": [round(value, 4) for value in samples.baseline],
            }
            for name, samples in self.samples.items()
        }
        ratios = {name: asdict(value) for name, value in self.ratios.items()}
        value = {"environment": self.environment, "scenarios": scenarios, "ratios": ratios}
        abi.require("cli-bench", value)
        return value


def run(
    *,
    quick: bool = False,
    only: Sequence[str] = (),
    on_scenario: Callable[[Scenario], None] | None = None,
) -> BenchRun:
    """Measure every scenario, or the named ones.

    Args:
        quick: fewer turns, under a minute on two idle cores; the figures are rougher, and what takes long is left
            out.
        only: names of scenarios; these are measured, long ones too.
        on_scenario: called before each one starts.

    Raises:
        PybridgeError: the browser or the pinned Pyodide is missing.
    """
    chosen = [
        each for each in SCENARIOS if (each.name in only if only else not (quick and each.is_long))
    ]
    samples: dict[str, Samples] = {}
    with BenchSession(site_posts=QUICK_POSTS if quick else POSTS) as session:
        for scenario in chosen:
            if on_scenario:
                on_scenario(scenario)
            turns = scenario.quick_turns if quick else TURNS
            samples.update(scenario.measure(session, turns))
        environment = _environment(session, quick=quick)
    figures = [figure for scenario in chosen for figure in scenario.figures]
    ratios = {
        each.name: ratio(
            samples[each.name], target=each.target, gate=each.gate, statistic=each.statistic
        )
        for each in figures
        if each.name in samples
    }
    return BenchRun(environment, samples, ratios)


def _environment(
    session: BenchSession, *, quick: bool
) -> dict[str, str | int | float | bool | None]:
    return {
        "pybridge": pybridge.__version__,
        "pyodide": pins.PYODIDE_VERSION,
        "browser": f"Chromium {session.browser_version}",
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "quick": quick,
        "measuredAt": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        for line in facts.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
