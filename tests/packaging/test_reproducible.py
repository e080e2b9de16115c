"""The same sources and the same pinned binaries give the same bytes, wherever and whenever they are built."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from pybridge.build import pyodide_assets
from pybridge.caches import CACHE_VARIABLE

pytestmark = pytest.mark.timeout(600)  # two builds, one of them from nothing

ROOT = Path(__file__).parents[2]
EPOCH = 1_700_000_000
SETTINGS: Mapping[str, Mapping[str, str]] = {
    "here": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    "elsewhere": {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "tr_TR", "PYTHONHASHSEED": "2"},
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources at another place, with other times and permissions."""
    out = tmp_path_factory.mktemp("a folder elsewhere") / "sources"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if not (ROOT / name).is_file():
            continue
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, out / name)
        (out / name).chmod(0o600)
        os.utime(out / name, (1_000_000_000, 1_000_000_000))
    (out / "node_modules").symlink_to(ROOT / "node_modules")
    (out / "pybridge" / "__pycache__").mkdir(exist_ok=True)
    (out / "pybridge" / "__pycache__" / "stray.cpython-311.pyc").write_bytes(b"stray")
    return out


def release(sources: Path, out: Path, *, umask: int, settings: Mapping[str, str]) -> Path:
    """Run `make dist` on *sources*."""
    environment = {**os.environ, **settings, "PYTHONPATH": str(sources)}
    subprocess.run(
        [sys.executable, str(sources / "dev" / "dist.py"), str(out)],
        env={**environment, "SOURCE_DATE_EPOCH": str(EPOCH)},
        cwd=out.parent,
        umask=umask,
        check=True,
        capture_output=True,
    )
    return out


@pytest.fixture(scope="module")
def releases(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What is built here, from what is in the cache, and elsewhere, from an empty cache but for Pyodide."""
    first = tmp_path_factory.mktemp("first") / "release"
    release(ROOT, first, umask=0o022, settings=SETTINGS["here"])
    cache = tmp_path_factory.mktemp("cache")
    pyodide = pyodide_assets.ensure()
    shutil.copytree(pyodide, cache / pyodide.name)
    settings = {**SETTINGS["elsewhere"], CACHE_VARIABLE: str(cache)}
    second = tmp_path_factory.mktemp("second") / "out" / "release"
    second.parent.mkdir()
    return first, release(copy, second, umask=0o077, settings=settings)


def contents(path: Path) -> dict[str, str]:
    """Return the hash of every file in an archive, to say what differs."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            files = {name: wheel.read(name) for name in wheel.namelist()}
    elif path.suffix in (".gz", ".tgz"):
        with tarfile.open(path) as archive:
            members = [each for each in archive if each.isfile()]
            readers = {each.name: archive.extractfile(each) for each in members}
            files = {name: reader.read() for name, reader in readers.items() if reader}
    else:
        files = {path.name: path.read_bytes()}
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_a_release_is_the_same_bytes_wherever_it_is_built(releases: tuple[Path, Path]) -> None:
    first, second = (sorted(folder.iterdir()) for folder in releases)
    assert [path.name for path in first] == [path.name for path in second]
    kinds = {".gz", ".tgz", ".whl", ""}
    assert {path.suffix for path in first} == kinds, first
    for here, elsewhere in zip(reversed(first), reversed(second), strict=True):
        assert contents(here) == contents(elsewhere)
        assert here.read_bytes() == elsewhere.read_bytes(), here.name


def test_the_time_in_it_is_the_commit_s(releases: tuple[Path, Path]) -> None:
    (wheel,) = releases[0].glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


def test_the_hashes_are_those_of_the_files(releases: tuple[Path, Path]) -> None:
    lines = (releases[0] / "SHA256SUMS").read_text("ascii").splitlines()
    stated = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {path.name for path in releases[0].iterdir()} - {"SHA256SUMS"}
    assert stated == {
        name: hashlib.sha256((releases[0] / name).read_bytes()).hexdigest() for name in found
    }
