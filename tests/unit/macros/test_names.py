"""Names of scripts, held to the table of all four implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.macros.scripts.metadata import Metadata
from pybridge.macros.scripts.registry import Registry
from pybridge.macros.scripts.script import Script
from pybridge.macros.scripts.source import Source

TABLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "names.json").read_text("utf-8"))
ENTRY_POINTS = {"macro": "render", "transform": "transform", "utility": "main"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in TABLE["lookups"]])
def test_lookup(case: dict[str, Any]) -> None:
    registry = Registry()
    for script in case["scripts"]:
        registry.add(loaded(script))
    found = {name: path_of(registry.find(name)) for name in case["expected"]}
    assert found == {name: paths["find"] for name, paths in case["expected"].items()}
    found = {name: path_of(registry.macro(name)) for name in case["expected"]}
    macros = {
        script["path"]
        for script in case["scripts"]
        if script["kind"] == "macro" and script["enabled"]
    }
    expected = {name: paths["macro"] for name, paths in case["expected"].items()}
    assert found == {name: path if path in macros else None for name, path in expected.items()}


def loaded(script: dict[str, Any]) -> Script:
    """Return a script whose source says what the table says of it."""
    function = ENTRY_POINTS.get(script["kind"], "word")
    header = f'"""\n---\nid: "{script["id"]}"\nslug: "{script["slug"]}"\n---\n"""\n'
    body = f"ALIASES = {script['aliases']!r}\ndef {function}(given=None):\n    return given\n"
    source = Source(script["path"], header + body)
    metadata = Metadata(source, "")
    assert (metadata.kind, metadata.aliases) == (script["kind"], script["aliases"])
    return Script(source, metadata, source.text, script["origin"], script["enabled"])


def path_of(script: Script | None) -> str | None:
    return None if script is None else script.path
