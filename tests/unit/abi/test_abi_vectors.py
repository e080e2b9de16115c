from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pybridge import abi

VECTORS = Path(__file__).parents[2] / "vectors"


def test_valid_vectors_have_no_problem(valid_vector: Any) -> None:
    assert abi.validate(valid_vector.concept, valid_vector.instance) == []


def test_invalid_vectors_are_refused_at_their_place(invalid_vector: Any) -> None:
    problems = abi.validate(invalid_vector.concept, invalid_vector.instance)
    assert {problem.pointer for problem in problems} == {invalid_vector.pointer}


@pytest.mark.parametrize("concept", abi.all_schemas())
def test_every_schema_has_vectors_of_both_kinds(concept: str) -> None:
    assert list((VECTORS / concept / "valid").glob("*.json"))
    assert list((VECTORS / concept / "invalid").glob("*.json"))
