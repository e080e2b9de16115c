"""Pictures of a run, as SVG; the only door to matplotlib."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from pybridge.errors import PackageMissing

try:
    from matplotlib import rc_context
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ModuleNotFoundError as error:
    raise PackageMissing("matplotlib", "pip install 'pybridge-runtime[bench]'") from error

_OURS, _BASELINE, _TARGET, _QUIET = "#c2562f", "#7d8a99", "#4a9156", "#8c867d"
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "pybridge",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.edgecolor": _QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _QUIET,
    "ytick.color": _QUIET,
    "xtick.labelcolor": "black",
    "ytick.labelcolor": "black",
    "axes.grid": True,
    "axes.grid.axis": "x",
    "grid.color": _QUIET,
    "grid.alpha": 0.25,
}
"""Black text is left without a colour in the SVG: the page gives it its own, dark or light."""


def ratios(run: Mapping[str, Any]) -> str:
    """Return every ratio that has a target as a dot on one logarithmic axis, its target beside it."""
    held = {name: each for name, each in run["ratios"].items() if each["target"]}
    names = list(reversed(held))

    def draw(axes: Axes) -> None:
        axes.set_xscale("log")
        for row, name in enumerate(names):
            each = held[name]
            axes.plot([each["target"], 1], [row, row], color=_QUIET, linewidth=0.6, alpha=0.5)
            axes.plot([each["target"]] * 2, [row - 0.3, row + 0.3], color=_TARGET, linewidth=2)
            axes.errorbar(each["value"], row, xerr=each["spread"], fmt="o", color=_OURS, ms=5)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlabel("ours ÷ baseline; green: the target")

    return _svg(draw, height=0.32 * len(names) + 0.7)


def samples(scenario: Mapping[str, Any], name: str) -> str:
    """Return one figure's raw samples, ours above the baseline's, on one logarithmic axis."""
    rows = [
        ("baseline", scenario["baseline"], _BASELINE),
        ("ours", scenario["ours"], _OURS),
    ]

    def draw(axes: Axes) -> None:
        if min([*scenario["ours"], *scenario["baseline"]]) > 0:
            axes.set_xscale("log")
        for row, (_, values, colour) in enumerate(rows):
            axes.plot(values, _spread_out(row, values), "o", color=colour, ms=3.5, alpha=0.6)
        axes.set_yticks(range(len(rows)), [label for label, _, _ in rows])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_xlabel(f"{name}, {scenario['unit'].replace('us', 'µs')}")

    return _svg(draw, height=1.15)


def _spread_out(row: int, values: Sequence[float]) -> list[float]:
    """Set samples beside each other in the order they were taken: a drift shows as a slant."""
    return [row - 0.25 + 0.5 * index / max(1, len(values) - 1) for index in range(len(values))]


def _svg(draw: Any, *, height: float) -> str:
    with rc_context(_STYLE):
        figure = Figure(figsize=(7, height), layout="constrained")
        draw(figure.add_subplot())
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return text.getvalue()[text.getvalue().index("<svg") :]
