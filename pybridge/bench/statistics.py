"""From raw samples to a ratio that says how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Samples:
    """Figures of ours and of the baseline, taken in turn: index by index they belong together."""

    ours: tuple[float, ...]
    baseline: tuple[float, ...]


@dataclass(frozen=True)
class Ratio:
    """Ours divided by the baseline; lower is better."""

    value: float
    target: float | None
    spread: float
    """Half the width of the interquartile range of the pairwise ratios."""
    baseline: float
    ours: float

    @property
    def is_met(self) -> bool:
        """Whether the target holds; without one it does."""
        return self.target is None or self.value <= self.target


def ratio(samples: Samples, target: float | None) -> Ratio:
    """Compare medians; the spread comes from the pairs, so drift of the machine cancels out."""
    pairs = [ours / base for ours, base in zip(samples.ours, samples.baseline, strict=True)]
    ours, baseline = median(samples.ours), median(samples.baseline)
    return Ratio(ours / baseline, target, _half_iqr(pairs), baseline, ours)


def _half_iqr(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / 2
