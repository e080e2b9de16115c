"""The table of limits says what the schema, the client and the engine do."""

from __future__ import annotations

import json
import re

from pybridge import resources
from pybridge.engines.limits import Limits
from pybridge.macros.values.limits import Limits as EngineLimits

ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| yes \| (yes)? ?\| (yes)? ?\|", re.MULTILINE)
ROOT = resources.root()


def rows() -> list[tuple[str, int, bool, bool]]:
    text = (ROOT / "docs" / "when-something-breaks.md").read_text("utf-8")
    return [
        (name, int(default), bool(script), bool(call))
        for name, default, script, call in ROW.findall(text)
    ]


def test_it_has_every_limit_with_its_default() -> None:
    schema = json.loads((ROOT / "schemas" / "limits.v1.schema.json").read_text("utf-8"))
    defaults = {name: each["default"] for name, each in schema["properties"].items()}
    assert {name: default for name, default, _, _ in rows()} == defaults == Limits().to_json()


def test_it_says_what_a_call_may_lower() -> None:
    source = (ROOT / "web_worker" / "host" / "wire" / "limits.js").read_text("utf-8")
    listed = re.search(r"PER_CALL = .*?\[(.*?)\]", source, re.DOTALL)
    assert listed is not None
    assert re.findall(r'"(\w+)"', listed[1]) == [name for name, _, _, call in rows() if call]


def test_it_says_what_a_script_may_lower() -> None:
    """The hosts look after the times, the engine after what comes out."""
    limits = EngineLimits()
    lowered = limits.lowered({name: 1 for name, _, _, _ in rows()})
    of_engine = {"outputBytes", "outputDepth", "stdoutBytes"}
    assert {name for name, _, script, _ in rows() if script} == {"itemS", "runS"} | of_engine
    assert (lowered.output_bytes, lowered.output_depth, lowered.stdout_bytes) == (1, 1, 1)
