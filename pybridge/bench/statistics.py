"""From raw samples to a ratio that says how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal

Statistic = Literal["median", "p95", "p95_of_both"]
"""`p95` sets ours at the 95th percentile against the baseline's median."""


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
    gate: float | None
    """What it must not be above on a noisy machine either."""
    spread: float
    """Half the width of the interquartile range of ours, divided by the baseline."""
    baseline: float
    ours: float

    @property
    def is_met(self) -> bool:
        """Whether the target holds; without one it does."""
        return self.target is None or self.value <= self.target


def ratio(
    samples: Samples,
    *,
    target: float | None = None,
    gate: float | None = None,
    statistic: Statistic = "median",
) -> Ratio:
    """Divide a statistic of ours by one of the baseline; a baseline of 0 stands for a plain count."""
    ours = median(samples.ours) if statistic == "median" else p95(samples.ours)
    baseline = p95(samples.baseline) if statistic == "p95_of_both" else median(samples.baseline)
    divisor = baseline or 1.0
    spread = _half_iqr(samples.ours) / divisor
    return Ratio(ours / divisor, target, gate, spread, baseline, ours)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile, as a value that was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def _half_iqr(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / 2
