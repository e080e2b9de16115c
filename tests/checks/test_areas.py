"""The sample of `make test`: what changed runs whole, and nothing falls out of it for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.areas import EVERY, EVERY_SET, ROOT, Area, areas, fingerprints, left_out, sampled_modules

NOW = fingerprints()
MODULE = "tests/x.py"


@pytest.mark.parametrize("area", areas(), ids=lambda area: area.name)
def test_an_area_names_files_and_tests_that_exist(area: Area) -> None:
    for pattern in (*area.tests, *area.files):
        assert any(ROOT.glob(pattern)), pattern


def modules() -> frozenset[str]:
    return frozenset(module for area in areas() for module in area.modules())


def without(name: str) -> Mapping[str, str]:
    return {**NOW, name: "another one"}


def test_of_what_did_not_change_a_sample_runs() -> None:
    assert sampled_modules(NOW, NOW).keys() == modules()
    assert sampled_modules(NOW, {}) == {}


@pytest.mark.parametrize("area", areas(), ids=lambda area: area.name)
def test_a_changed_area_runs_whole(area: Area) -> None:
    sampled = sampled_modules(NOW, without(f"area {area.name}"))
    assert sampled.keys() == modules() - {*area.modules()}


def test_a_changed_module_runs_whole() -> None:
    module = min(modules())
    assert sampled_modules(NOW, without(f"module {module}")).keys() == modules() - {module}


def test_one_function_in_several_of_an_area_is_in_the_sample() -> None:
    names = [f"tests/{module}.py::test_{number}" for module in "xyz" for number in range(EVERY + 1)]
    out = left_out(names, {"tests/x.py": "one", "tests/y.py": "one"})
    assert [name for name in names if name not in out] == [
        *names[: -EVERY - 1 : EVERY],
        *names[-EVERY - 1 :],
    ]


@pytest.mark.parametrize("count", [1, 2, 7, EVERY_SET, 20])
def test_functions_take_turns_in_their_parameters(count: int) -> None:
    names = [f"{MODULE}::test_{number}[{k}]" for number in range(80) for k in range(count)]
    kept = [name for name in names if name not in left_out(names, {MODULE: "one"})]
    of_each = Counter(name.partition("[")[0] for name in kept)
    assert len(of_each) == 80 // EVERY
    assert all(1 <= number <= -(-count // EVERY_SET) for number in of_each.values())
    assert len({name.partition("[")[2] for name in kept}) == count
