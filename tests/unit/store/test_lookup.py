"""The store finds scripts by name as the engines do; the table is shared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.errors import ScriptNotFound
from pybridge.scripts_store.index.lookup import find
from pybridge.scripts_store.index.records import Record

TABLE: dict[str, Any] = json.loads((Path(__file__).parents[2] / "names.json").read_text("utf-8"))
LOOKUPS = [
    pytest.param(lookup, id=lookup["name"])
    for lookup in TABLE["lookups"]
    if all(script["kind"] != "helper" for script in lookup["scripts"])
]


def record(script: dict[str, Any]) -> Record:
    return Record(script["path"], script["path"], script, "", "")


def found(name: str, records: list[Record]) -> str | None:
    try:
        return find(name, records).path
    except ScriptNotFound:
        return None


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_names_mean_what_they_mean_to_the_engines(lookup: dict[str, Any]) -> None:
    records = [record(script) for script in lookup["scripts"]]
    expected = {name: means["find"] for name, means in lookup["expected"].items()}
    assert {name: found(name, records) for name in expected} == expected


def test_paths_and_helper_modules_are_names_to_the_store_alone() -> None:
    helper = record({"path": "scripts/_shared.py", "id": "h", "slug": "_shared", "aliases": [], "kind": "helper", "enabled": True})  # fmt: skip
    names = ("scripts/_shared.py", "_shared.py", "_shared", "SCRIPTS/_shared.py")
    assert [found(name, [helper]) for name in names] == [helper.path] * 3 + [None]
