"""Scripts that no worker survives compiling, reported as the JavaScript client does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.engines.protocol import Script
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.loading import uncompiled_script

TABLE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "failures" / "uncompiled_script.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in TABLE])
def test_an_uncompiled_script_is_reported_with_all_fields(case: dict[str, Any]) -> None:
    found = uncompiled_script(Script(**case["script"]), WorkerLost(**case["exit"]))
    assert found == case["expected"]
    assert not abi.validate("script", found)
