"""What the component is built from, and how a built one is kept; none needs to be there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pybridge.engines.wasi.component import built
from pybridge.errors import ComponentAbsent


def test_the_recorded_sources_are_these() -> None:
    assert built.hash_of(built.sources()) == built.SOURCES


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYBRIDGE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "built.wasm"
    path.write_bytes(b"\0asm\x0d\0\1\0")
    return path


def test_a_built_component_is_found_by_its_sources(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ComponentAbsent):
        built.find()
    place = built.keep(module)
    assert built.find().path == place
    assert place.read_bytes() == module.read_bytes()
    monkeypatch.setattr(built, "modules", lambda: {"pybridge/macros/wire.py": b"changed"})
    with pytest.raises(ComponentAbsent):
        built.find()


@pytest.mark.parametrize("missing", ["the file", "its hash"])
def test_half_of_one_is_none(module: Path, missing: str) -> None:
    place = built.keep(module)
    (place if missing == "the file" else place.with_name(f"{place.name}.sha256")).unlink()
    with pytest.raises(ComponentAbsent):
        built.find()


def test_a_limited_number_is_kept(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = []
    for number in range(6):
        files = {"pybridge/macros/wire.py": str(number).encode()}
        monkeypatch.setattr(built, "modules", lambda files=files: files)
        places.append(built.keep(module))
        os.utime(places[-1], (number, number))
    assert [place.exists() for place in places] == [False, False, True, True, True, True]
    assert len([*places[0].parent.iterdir()]) == 8
