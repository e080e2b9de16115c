"""Names of scripts, held to the table of all four implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.engines.supervision.script_index import ScriptIndex, mentions

TABLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "names.json").read_text("utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in TABLE["lookups"]])
def test_lookup(case: dict[str, Any]) -> None:
    index = ScriptIndex()
    index.learn(case["scripts"])
    found = {
        name: {"find": path_of(index.find(name)), "macro": path_of(index.macro(name))}
        for name in case["expected"]
    }
    assert found == case["expected"]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["text"] or "empty") for case in TABLE["mentions"]]
)
def test_mentions(case: dict[str, Any]) -> None:
    assert mentions([case["script"]], case["text"]) is case["expected"]


def path_of(script: dict[str, Any] | None) -> str | None:
    return None if script is None else str(script["path"])
