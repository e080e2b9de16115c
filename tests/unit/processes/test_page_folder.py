"""The Pythons in the folder of a page: those that are there, each with the content it must have, and with its parts named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.build.sbom.folder import FILE, write_sbom
from pybridge.build.site import MANIFEST
from pybridge.errors import IntegrityFailed
from pybridge.processes.page_folder import MICROPYTHON, PYTHON, add_python, pages_have
from pybridge.wasi import micropython

WASM = b"\0asm\1\0\0\0"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(micropython, "PAGE_SHA256", hashlib.sha256(WASM).hexdigest())
    built = tmp_path / "built"
    built.mkdir()
    write_sbom(built, [])
    (built / MANIFEST).write_text('{"files": {}}')
    return built


def keep(tmp_path: Path) -> Path:
    source = tmp_path / "built.wasm"
    source.write_bytes(WASM)
    return micropython.keep(source)


def files(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    return found


def parts(folder: Path) -> set[str]:
    bom = json.loads((folder / FILE).read_text("utf-8"))
    return {each["name"] for each in bom["components"]}


def test_micropython_is_added_where_it_was_built(folder: Path, tmp_path: Path) -> None:
    keep(tmp_path)
    assert pages_have("micropython")
    add_python(folder)
    assert set(files(folder)) == {PYTHON, MICROPYTHON, FILE}
    assert files(folder)[MICROPYTHON]["sha256"] == micropython.PAGE_SHA256
    assert files(folder)[FILE]["sha256"] == hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    assert {"micropython", "compiler-rt", "wasi-libc", "cpython"} <= parts(folder)


def test_without_it_the_folder_has_cpython_alone(folder: Path) -> None:
    assert not pages_have("micropython")
    add_python(folder)
    assert set(files(folder)) == {PYTHON, FILE}
    assert "micropython" not in parts(folder)


def test_the_module_for_wasmtime_is_not_one_for_pages(folder: Path, tmp_path: Path) -> None:
    assert micropython.SHA256 != micropython.PAGE_SHA256
    keep(tmp_path)
    assert micropython.find_wasm() is None


def test_one_that_was_changed_in_the_cache_is_not_added(folder: Path, tmp_path: Path) -> None:
    keep(tmp_path).write_bytes(WASM + b"\0\0")
    with pytest.raises(IntegrityFailed, match="make runtimes"):
        add_python(folder)
    assert MICROPYTHON not in files(folder)
