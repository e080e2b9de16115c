"""Hold a run to its targets and to an earlier run, by ratios and their noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ALLOWED_DRIFT = 0.25
"""Share by which a ratio may rise before it counts, however quiet the runs were."""
_SPREADS = 3
"""Spreads of both runs together by which it must have risen as well."""


@dataclass(frozen=True)
class Regression:
    """A ratio that rose beyond the noise."""

    name: str
    before: float
    after: float

    def __str__(self) -> str:
        return f"{self.name}: {self.before:.3f} before, {self.after:.3f} now"


@dataclass(frozen=True)
class AboveGate:
    """A ratio above what a noisy machine is allowed."""

    name: str
    allowed: float
    value: float

    def __str__(self) -> str:
        return f"{self.name}: {self.value:.3f}, allowed {self.allowed:g}"


def regressions(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Regression]:
    """Compare two cli-bench.v1 documents; a scenario that only one of them has is passed over."""
    found = []
    for name in sorted(set(before["ratios"]) & set(after["ratios"])):
        old, new = before["ratios"][name], after["ratios"][name]
        noise = _SPREADS * (old["spread"] + new["spread"])
        if new["value"] > old["value"] + max(old["value"] * _ALLOWED_DRIFT, noise):
            found.append(Regression(name, old["value"], new["value"]))
    return found


def beyond_gates(run: Mapping[str, Any]) -> list[AboveGate]:
    """Return the ratios of a cli-bench.v1 document that are above their gates."""
    return [
        AboveGate(name, each["gate"], each["value"])
        for name, each in run["ratios"].items()
        if each.get("gate") is not None and each["value"] > each["gate"]
    ]
