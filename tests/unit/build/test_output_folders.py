"""Output folders are replaced only if a build wrote all that is in them: nothing else is ever deleted."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pybridge.build import site, standalone
from pybridge.errors import Conflict
from pybridge.storage.output_folder import replace_folder

Build = Callable[[Path], object]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small folder that `pybridge build` wrote, as far as its manifest goes."""
    folder = tmp_path / "built"
    (folder / "studio").mkdir(parents=True)
    for name in ("client.js", "studio/index.html"):
        (folder / name).write_text(name)
    files = {name: site.entry(folder / name) for name in ("client.js", "studio/index.html")}
    manifest = {"schema": "pybridge:manifest.v1", "files": files}
    (folder / site.MANIFEST).write_text(json.dumps(manifest))
    return folder


@pytest.fixture(params=["build", "standalone"])
def build(request: pytest.FixtureRequest, built: Path) -> Build:
    """Each command that replaces a folder, without the minutes of its work."""

    def write_site(out: Path) -> object:
        return site.copy(built, out)

    def write_standalone(out: Path) -> object:
        standalone._require_replaceable(out)
        check = lambda: standalone._require_replaceable(out)  # noqa: E731
        return replace_folder(out, lambda new: standalone._fill(new, built), check)

    return write_site if request.param == "build" else write_standalone


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def another_manifest(out: Path) -> None:
    """A web application has one, too."""
    (out / "manifest.json").write_text('{"name": "my app", "files": {"precious.txt": {}}}')


def deep_manifest(out: Path) -> None:
    (out / "manifest.json").write_text("[" * 100_000)


def a_program(out: Path) -> None:
    (out / "pybridge").write_text("#!/bin/sh\n")
    (out / "pybridge.exe").write_text("")


def a_pipe(out: Path) -> None:
    os.mkfifo(out / "manifest.json")
    os.mkfifo(out / "pybridge-files.txt")


STRANGERS = [another_manifest, deep_manifest, a_program, a_pipe, lambda _: None]


@pytest.mark.parametrize("change", STRANGERS)
def test_a_folder_of_others_is_left_alone(
    tmp_path: Path, build: Build, change: Callable[[Path], None]
) -> None:
    out = tmp_path / "out"
    (out / "deep").mkdir(parents=True)
    (out / "precious.txt").write_text("mine")
    (out / "deep" / "too.txt").write_text("mine")
    change(out)
    with pytest.raises(Conflict):
        build(out)
    assert {"precious.txt", "deep/too.txt"} <= files_of(out).keys()


@pytest.mark.parametrize("seed", range(20))
def test_a_file_that_was_added_to_a_build_stops_its_replacement(
    tmp_path: Path, build: Build, seed: int
) -> None:
    choice = random.Random(seed)
    out = tmp_path / "out"
    build(out)
    place = out / choice.choice([".", "studio", "studio/deep", "new"])
    place.mkdir(exist_ok=True)
    name = choice.choice([".htaccess", "precious.txt", "Manifest.json", "client.js ", "ä", "a\nb"])
    if choice.random() < 0.3:
        (place / name).symlink_to(tmp_path)
    else:
        (place / name).write_text("mine")
    with pytest.raises(Conflict, match="did not write"):
        build(out)
    assert os.path.lexists(place / name)
    (place / name).unlink()
    build(out)


def test_a_build_is_replaced_whole(tmp_path: Path, build: Build) -> None:
    out = tmp_path / "out"
    build(out)
    (out / "client.js").write_text("edited")
    build(out)
    assert (out / "client.js").read_text() == "client.js"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["built", "out"]


def test_what_is_added_while_a_build_runs_stops_it_too(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    site.copy(built, out)

    def add(_: Path) -> None:
        (out / "precious.txt").write_text("mine")

    with pytest.raises(Conflict, match=r"precious\.txt"):
        site.copy(built, out, add)
    assert (out / "precious.txt").read_text() == "mine"


def test_a_link_is_not_followed(tmp_path: Path, build: Build) -> None:
    build(tmp_path / "other")
    (tmp_path / "out").symlink_to("other")
    with pytest.raises(Conflict):
        build(tmp_path / "out")
    assert (tmp_path / "other" / "client.js").is_file()
