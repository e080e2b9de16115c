"""What is true of every built-in script: its manifest entry, its imports, its metadata, its chip text."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.golden.cases import Json, read_cases
from tests.unit.macros.host import DEFAULT_SCRIPTS, Host

SHIPPED = sorted(DEFAULT_SCRIPTS.glob("*.py"))
EACH = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


def metadata(path: Path) -> Json:
    return Host().load(**{path.stem: path.read_text("utf-8")})[0]


def preview(path: Path, context: Any) -> Any:
    """Call the function directly, as a host's engine does."""
    namespace: Json = {"__name__": path.stem}
    exec(compile(path.read_text("utf-8"), path.name, "exec"), namespace)
    return namespace["preview"](context)


def test_manifest_tells_versions_and_hashes_of_what_ships() -> None:
    manifest = json.loads((DEFAULT_SCRIPTS / "manifest.json").read_text("utf-8"))
    assert [entry["path"] for entry in manifest["scripts"]] == [path.name for path in SHIPPED]
    for entry, path in zip(manifest["scripts"], SHIPPED, strict=True):
        known = metadata(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert known["problems"] == []
        assert entry == {
            "slug": known["slug"],
            "path": path.name,
            "version": known["version"],
            "sha256": digest,
            "history": entry["history"],
        }
        assert entry["history"][-1] == digest, "a changed default gets a new version and is added"
        assert len(entry["history"]) == known["version"]


def test_ids_and_names_are_unique() -> None:
    known = [metadata(path) for path in SHIPPED]
    assert len({each["id"] for each in known}) == len(known)
    names = [name for each in known for name in (each["slug"], *each["aliases"])]
    assert sorted(names) == sorted({*names})
    assert [each["slug"] for each in known] == [path.stem for path in SHIPPED]


@EACH
def test_default_script_imports_the_standard_library_alone(path: Path) -> None:
    imports = [
        name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    assert {name.partition(".")[0] for name in imports} <= sys.stdlib_module_names


@EACH
def test_every_param_is_documented_and_needs_are_told(path: Path) -> None:
    known = metadata(path)
    assert known["kind"] == "macro"
    assert known["needs"] is not None
    for name, param in known["params"]["properties"].items():
        assert {"type", "title", "description"} <= param.keys(), name
        assert param["description"].endswith("."), name


@pytest.mark.parametrize("case", read_cases("preview"), ids=lambda case: case["id"])
def test_preview_is_the_chip_of_the_legacy_editor(case: Json) -> None:
    name = case["raw"].strip("[]").split()[0]
    assert preview(DEFAULT_SCRIPTS / f"{name}.py", {"params": case["params"]}) == case["html"]


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        pytest.param("youtube", {}, "▶ YouTube: ?", id="youtube without anything"),
        pytest.param("youtube", {"id": "", "title": "T"}, "▶ YouTube: T", id="youtube title"),
        pytest.param("vimeo", {"id": 0}, "▶ Vimeo: 0", id="vimeo 0"),
        pytest.param("vimeo", {"id": "1", "title": ""}, "▶ Vimeo: 1", id="vimeo empty title"),
        pytest.param("gallery", {"columns": 4}, "📷 Gallery (4 cols)", id="gallery number"),
        pytest.param("gallery", {"columns": ""}, "📷 Gallery (3 cols)", id="gallery empty"),
        pytest.param("photo_archive", {"year": 2024}, "📅 Photo Archive: 2024", id="year"),
        pytest.param("photo_archive", {"month": 6}, "📅 Photo Archive: Recent", id="no year"),
        pytest.param(
            "photo_archive",
            {"year": 2024, "month": "02"},
            "📅 Photo Archive: February 2024",
            id="02",
        ),
        pytest.param(
            "photo_archive", {"year": 2024, "month": 13}, "📅 Photo Archive: Unknown 2024", id="13"
        ),
        pytest.param("tag_cloud", {}, "☁ Tag Cloud (horizontal)", id="tag cloud"),
        pytest.param(
            "tag_cloud", {"orientation": "HV"}, "☁ Tag Cloud (mixed-hv)", id="tag cloud hv"
        ),
        pytest.param("note", {}, "📝 Note", id="note"),
        pytest.param("note", {"kind": "tip", "title": "Hot"}, "📝 Tip: Hot", id="tip"),
        pytest.param("note", {"kind": "nope"}, "📝 Note", id="note of another kind"),
        pytest.param("details", {}, "▸ Details", id="details"),
        pytest.param("details", {"summary": "More"}, "▸ More", id="details with a summary"),
    ],
)
def test_preview_tells_what_is_there(name: str, params: Json, text: str) -> None:
    assert preview(DEFAULT_SCRIPTS / f"{name}.py", {"params": params}) == text


@EACH
def test_preview_copes_with_an_empty_context(path: Path) -> None:
    assert isinstance(preview(path, {}), str)
