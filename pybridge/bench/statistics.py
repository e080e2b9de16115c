"""From raw samples to a ratio that says how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal

Statistic = Literal["median", "p95"]


@dataclass(frozen=True)
class Samples:
    """Figures of ours and of the baseline, taken in turn."""

    ours: tuple[float, ...]
    baseline: tuple[float, ...]


@dataclass(frozen=True)
class Ratio:
    """Ours divided by the baseline; lower is better."""

    value: float
    target: float | None
    spread: float
    """Half the width of the interquartile range of ours, divided by the baseline."""
    baseline: float
    ours: float

    @property
    def is_met(self) -> bool:
        """Whether the target holds; without one it does."""
        return self.target is None or self.value <= self.target


def ratio(samples: Samples, target: float | None, statistic: Statistic = "median") -> Ratio:
    """Divide a statistic of ours by the baseline's median; a baseline of 0 stands for a plain count."""
    ours = median(samples.ours) if statistic == "median" else _p95(samples.ours)
    baseline = median(samples.baseline)
    divisor = baseline or 1.0
    return Ratio(ours / divisor, target, _half_iqr(samples.ours) / divisor, baseline, ours)


def _p95(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def _half_iqr(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / 2
