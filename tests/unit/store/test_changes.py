"""Renames and new aliases are decided as values, from the records alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybridge.errors import Conflict, UsageError
from pybridge.scripts_store.edits.changes import added_and_removed, plan_aliases, plan_rename
from pybridge.scripts_store.index.records import Record, record_of
from pybridge.scripts_store.store import ScriptStore
from tests.unit.store.conftest import MACRO, header

AT = "2026-05-01T12:00:00.000Z"


def record(path: str, text: str = MACRO) -> Record:
    return record_of(path, text, path)


MAP = record("scripts/a/map.py", header(slug="map", version=3) + 'ALIASES = ["chart"]\n' + MACRO)
PLAN = record("scripts/plan.py")
UTILITY = record("scripts/tool.py", "print(1)\n")


def test_a_rename_names_the_new_file_and_what_documents_lose() -> None:
    plan = plan_rename(MAP, [MAP, PLAN], "atlas", None, AT)
    assert (plan.action, plan.after.path, plan.after.slug) == (
        "renamed",
        "scripts/a/atlas.py",
        "atlas",
    )
    assert plan.lost == ("map",)
    assert plan.content == MAP.content.replace('"map"', '"atlas"').replace(
        "version: 3\n", f'version: 4\nupdatedAt: "{AT}"\n'
    )


def test_a_rename_without_header_or_macro_moves_only_the_file() -> None:
    plan = plan_rename(UTILITY, [UTILITY], "other", None, AT)
    assert (plan.content, plan.lost, plan.is_empty) == (UTILITY.content, (), False)


def test_aliases_that_another_script_has_are_not_lost_by_documents() -> None:
    chart = record("scripts/chart.py")
    assert plan_aliases(MAP, [MAP], [], AT).lost == ("chart",)
    assert plan_aliases(MAP, [MAP, chart], [], AT).lost == ()
    assert plan_aliases(MAP, [MAP], ["chart"], AT).is_empty


def test_taken_names_are_refused() -> None:
    with pytest.raises(Conflict, match=r"scripts/plan\.py is called 'plan' already"):
        plan_rename(MAP, [MAP, PLAN], "plan", None, AT)
    with pytest.raises(Conflict, match=r"a name of scripts/plan\.py"):
        plan_aliases(MAP, [MAP, PLAN], ["plan"], AT)


def test_aliases_are_added_and_removed_in_order() -> None:
    assert added_and_removed(MAP, ["atlas", "chart"], []) == ["chart", "atlas"]
    assert added_and_removed(MAP, ["atlas"], ["chart"]) == ["atlas"]
    with pytest.raises(UsageError, match="no alias 'x'"):
        added_and_removed(MAP, [], ["x"])


def test_history_follows_a_script_whose_header_has_no_id(store: ScriptStore, root: Path) -> None:
    (root / "scripts" / "map.py").write_text(header(slug="map", version=1) + MACRO)
    store.update("map", {"title": "Map"})
    store.rename("map", "atlas")
    assert [entry.event for entry in store.past("atlas")[1]] == ["renamed", "updated"]
