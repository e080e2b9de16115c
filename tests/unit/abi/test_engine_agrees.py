"""The engine checks by hand what the schemas say: the sandbox has no schema library."""

from __future__ import annotations

from typing import Any

import pytest

from pybridge import abi
from pybridge.macros.scripts.param_schema import read_param_schema
from pybridge.macros.values import shapes
from pybridge.macros.values.limits import Limits
from pybridge.macros.values.posts import check_post
from pybridge.macros.values.results import BadResult, check_result

CONCEPTS = ["call", "document", "params", "post", "result"]


def engine_refuses(concept: str, instance: Any) -> str | None:
    """Return the pointer the engine's check complains about, None if it is content."""
    if concept == "result":
        try:
            check_result(instance, Limits())
        except BadResult as error:
            return error.pointer or ""
        return None
    if concept == "params":
        return "" if read_param_schema(instance)[1] else None
    check = {
        "call": shapes.check_call,
        "document": shapes.check_document,
        "post": check_post,
    }[concept]
    refusal = check(instance)
    return None if refusal is None else str(refusal["pointer"])


def test_engine_accepts_what_the_schema_accepts(valid_vector: Any) -> None:
    assert engine_refuses(valid_vector.concept, valid_vector.instance) is None


def test_engine_refuses_what_the_schema_refuses_and_points_that_way(invalid_vector: Any) -> None:
    pointer = engine_refuses(invalid_vector.concept, invalid_vector.instance)
    assert pointer is not None
    wanted = invalid_vector.pointer
    # The engine may stop one level above, or name one of two members that exclude each other.
    assert wanted.startswith(pointer) or pointer.startswith(wanted)


def test_engine_and_schemas_are_of_one_version() -> None:
    assert shapes.ABI == abi.ABI_VERSION


@pytest.mark.parametrize("name", Limits.__slots__)
def test_engine_starts_with_the_limits_of_the_schema(name: str) -> None:
    limits = abi.all_schemas()["limits"]["properties"]
    assert getattr(Limits(), name) == limits[abi.to_camel(name)]["default"]
