"""A run as one HTML page with plots, to open from disk or keep beside a build."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pybridge.bench import plots
from pybridge.build import templates

_TEMPLATE = Path(__file__).parent / "report.html.jinja"


def report(run: Mapping[str, Any]) -> str:
    """Return the page for a cli-bench.v1 document; it loads nothing and runs nothing.

    Raises:
        PybridgeError: the plotting library is missing.
    """
    figures = [
        {
            "name": name,
            "description": run["scenarios"][name]["description"],
            "unit": run["scenarios"][name]["unit"].replace("us", "µs").replace("count", ""),
            "ratio": each,
            "is_met": each["target"] is None or each["value"] <= each["target"],
            "plot": Markup(plots.samples(run["scenarios"][name], name)),
        }
        for name, each in run["ratios"].items()
    ]
    held = [each for each in figures if each["ratio"]["target"] is not None]
    return templates.render_page(
        _TEMPLATE,
        environment=run["environment"],
        figures=figures,
        held=len(held),
        met=sum(bool(each["is_met"]) for each in held),
        overview=Markup(plots.ratios(run)),
    )
