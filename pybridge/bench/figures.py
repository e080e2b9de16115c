"""What a scenario is: figures of ours, each beside one of a named baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from pybridge.bench.session import BenchSession
from pybridge.bench.statistics import Samples, Statistic

Unit = Literal["s", "ms", "us", "MiB", "count"]


@dataclass(frozen=True)
class Figure:
    """One figure of ours beside one of a named baseline."""

    name: str
    """Key in the report."""
    title: str
    unit: Unit
    baseline: str
    """What ours is compared with, in words."""
    target: float | None = None
    """The ratio must not be above it; None while it only records."""
    gate: float | None = None
    """What the ratio must not be above on a noisy machine either: `bench --gates` fails then."""
    statistic: Statistic = "median"


@dataclass(frozen=True)
class Scenario:
    """Figures that are measured together, in the same turns."""

    name: str
    figures: tuple[Figure, ...]
    measure: Callable[[BenchSession, int], Mapping[str, Samples]]
    """Takes the session and the number of turns; returns samples by figure."""
    quick_turns: int = 4
    """Repetitions of a quick run: fewer where each takes seconds."""
    is_long: bool = False
    """Whether a quick run leaves it out."""
