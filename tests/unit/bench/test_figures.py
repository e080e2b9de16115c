"""From samples to ratios, gates, comparison and report: decisions on data, nothing is measured here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pybridge.bench.compare import beyond_gates, regressions
from pybridge.bench.report import report
from pybridge.bench.scenarios import SCENARIOS
from pybridge.bench.statistics import Samples, Statistic, ratio


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        pytest.param("median", 2 / 10, id="medians"),
        pytest.param("p95", 9 / 10, id="ours at the 95th percentile"),
        pytest.param("p95_of_both", 9 / 30, id="both at the 95th percentile"),
    ],
)
def test_a_ratio_divides_the_statistic_it_names(statistic: Statistic, expected: float) -> None:
    samples = Samples(ours=(1, 2, 9), baseline=(10, 10, 30))
    assert ratio(samples, statistic=statistic).value == pytest.approx(expected)


def test_a_count_without_a_baseline_stands_for_itself() -> None:
    assert ratio(Samples((0.0, 3.0, 3.0), (0.0, 0.0, 0.0)), target=0).value == 3


def a_run(**values: float) -> dict[str, Any]:
    return {
        "environment": {"pybridge": "0.0.0", "processor": "<b>fast</b>"},
        "scenarios": {
            name: {
                "description": "a call; baseline: a walk",
                "unit": "ms",
                "ours": [1, 2],
                "baseline": [4, 5],
            }
            for name in values
        },
        "ratios": {
            name: {
                "value": value,
                "target": 0.5,
                "gate": 0.9,
                "spread": 0.01,
                "baseline": 1,
                "ours": value,
            }
            for name, value in values.items()
        },
    }


def test_only_what_is_above_its_gate_is_reported() -> None:
    run = a_run(good=0.4, missed=0.8, bad=0.95)
    assert [str(each) for each in beyond_gates(run)] == ["bad: 0.950, allowed 0.9"]


@pytest.mark.parametrize(
    ("now", "is_worse"),
    [
        pytest.param(0.40, False, id="the same"),
        pytest.param(0.49, False, id="within a quarter"),
        pytest.param(0.52, True, id="beyond a quarter and the noise"),
    ],
)
def test_a_run_is_slower_only_beyond_drift_and_noise(now: float, is_worse: bool) -> None:
    assert bool(regressions(a_run(call=0.4), a_run(call=now))) is is_worse


def test_a_noisy_ratio_is_allowed_more() -> None:
    before, after = a_run(call=0.4), a_run(call=0.52)
    after["ratios"]["call"]["spread"] = 0.1
    assert regressions(before, after) == []


def test_the_report_shows_every_figure_and_escapes_what_a_machine_says() -> None:
    page = report(a_run(alpha=0.4, beta=0.8))
    assert page.count("<svg") == 3
    assert "1 of 2 targets met" in page
    assert "&lt;b&gt;fast" in page
    assert "<script" not in page
    assert re.findall(r'<figure id="(\w+)">', page) == ["alpha", "beta"]


def test_the_figures_have_names_of_their_own_and_gates_no_tighter_than_targets() -> None:
    figures = [figure for scenario in SCENARIOS for figure in scenario.figures]
    assert len({figure.name for figure in figures}) == len(figures)
    for figure in figures:
        if figure.target is not None and figure.gate is not None:
            assert figure.gate >= figure.target, figure.name
