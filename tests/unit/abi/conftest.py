"""Feeds tests that ask for a vector with those of tests/vectors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[2] / "vectors"


@dataclass(frozen=True)
class Vector:
    concept: str
    name: str
    instance: Any
    pointer: str | None
    """Where it is wrong; None for a valid one."""


def read(kind: str, concepts: Sequence[str]) -> list[Vector]:
    files = [
        file for concept in concepts for file in sorted((VECTORS / concept / kind).glob("*.json"))
    ]
    return [_vector(file) for file in files]


def _vector(file: Path) -> Vector:
    value = json.loads(file.read_text("utf-8"))
    concept = file.parents[1].name
    if file.parent.name == "valid":
        return Vector(concept, file.stem, value, None)
    return Vector(concept, file.stem, value["instance"], value["pointer"])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize `valid_vector` and `invalid_vector`; a module's CONCEPTS narrows them."""
    folders = sorted(path.name for path in VECTORS.iterdir() if path.is_dir())
    concepts = getattr(metafunc.module, "CONCEPTS", folders)
    for kind in ("valid", "invalid"):
        if f"{kind}_vector" in metafunc.fixturenames:
            vectors = read(kind, concepts)
            ids = [f"{vector.concept}-{vector.name}" for vector in vectors]
            metafunc.parametrize(f"{kind}_vector", vectors, ids=ids)
