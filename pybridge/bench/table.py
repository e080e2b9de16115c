"""A run as a Markdown table, for people and for docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table(run: Mapping[str, Any]) -> str:
    """Return the ratios of a cli-bench.v1 document, a row each, lower is better."""
    head = (
        "| name | what | ours | baseline | of | ratio | ± | target |\n"
        "|---|---|---:|---:|---|---:|---:|---:|"
    )
    return "\n".join([head, *(_row(run, name) for name in run["ratios"])]) + "\n"


def _row(run: Mapping[str, Any], name: str) -> str:
    ratio, scenario = run["ratios"][name], run["scenarios"][name]
    what, _, against = scenario["description"].partition("; baseline: ")
    unit = {"us": " µs", "count": ""}.get(scenario["unit"], f" {scenario['unit']}")
    target = "–" if ratio["target"] is None else f"≤ {ratio['target']:g}"
    return (
        f"| `{name}` | {what} | {ratio['ours']:.4g}{unit} | {ratio['baseline']:.4g}{unit} | {against} | "
        f"{ratio['value']:.3f} | {ratio['spread']:.3f} | {target} |"
    )


def page(run: Mapping[str, Any]) -> str:
    """Return the table with where it was measured."""
    facts = ", ".join(f"{name} {value}" for name, value in run["environment"].items())
    return f"Measured on: {facts}.\n\n{table(run)}"
