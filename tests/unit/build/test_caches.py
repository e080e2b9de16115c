"""The cache is this user's alone: checked at each use, not used otherwise, and the error says why."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pybridge import resources
from pybridge.build import esbuild, pyodide_assets
from pybridge.build.on_demand import built_folder
from pybridge.build.studio_page import built_page
from pybridge.caches import CACHE_VARIABLE, CacheUnsafe, cache_folder, cache_root
from pybridge.wasi.cache import kept

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes and owners of POSIX")

STRANGER = 12345
"""The number of another user."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home" / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_cache_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    assert cache_root().name == "pybridge"
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    assert cache_root() == tmp_path


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_all_that_is_made_is_private_whatever_the_umask(cache: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = cache_folder("sites")
    finally:
        os.umask(before)
    assert folder == cache / "sites"
    assert [mode(each) for each in (cache.parent, cache, folder)] == [0o700] * 3


def test_a_folder_that_others_can_only_read_is_closed_to_them(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CACHE_VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("HOME", str(cache))
    root = cache_root()
    (root / "sites").mkdir(parents=True)
    root.chmod(0o755)
    (root / "sites").chmod(0o755)
    assert mode(cache_folder("sites")) == mode(root) == 0o700


def test_a_folder_that_the_user_named_keeps_its_mode(cache: Path) -> None:
    cache.mkdir(parents=True, mode=0o755)
    assert mode(cache_folder("sites")) == 0o700
    assert mode(cache) == 0o755


Loosen = Callable[[Path], None]

UNSAFE: dict[str, Loosen] = {
    "cache-for-all": lambda cache: cache.chmod(0o777),
    "cache-sticky": lambda cache: cache.chmod(0o1777),
    "folder-for-all": lambda cache: (cache / "wasi").chmod(0o707),
    "above-for-all": lambda cache: cache.parent.chmod(0o777),
    "far-above-for-all": lambda cache: cache.parent.parent.chmod(0o733),
    "folder-is-a-link": lambda cache: _linked(cache / "wasi"),
}
OTHERS: dict[str, Loosen] = {
    "cache-of-another": lambda cache: give(cache),
    "folder-of-another": lambda cache: give(cache / "wasi"),
    "above-of-another": lambda cache: give(cache.parent),
    "sticky-above-of-another": lambda cache: give(cache.parent, 0o1777),
    "group-of-many": lambda cache: give_group(cache),
}


def give(folder: Path, mode: int = 0o700) -> None:
    os.chown(folder, STRANGER, -1)
    folder.chmod(mode)


def give_group(folder: Path) -> None:
    os.chown(folder, -1, STRANGER)
    folder.chmod(0o770)


def _linked(folder: Path) -> None:
    real = folder.with_name("elsewhere")
    folder.rename(real)
    folder.symlink_to(real)


def as_root(name: str) -> object:
    marks = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
    return pytest.param(OTHERS[name], id=name, marks=marks)


@pytest.mark.parametrize(
    "loosen",
    [*(pytest.param(each, id=name) for name, each in UNSAFE.items()), *map(as_root, OTHERS)],
)
def test_what_another_user_could_have_filled_is_not_used_and_named(
    cache: Path, loosen: Loosen
) -> None:
    path = kept("a.cwasm", lambda: b"made")
    loosen(cache)
    before = path.stat()
    with pytest.raises(CacheUnsafe, match="is not used: ") as raised:
        kept("a.cwasm", lambda: pytest.fail("made in a folder of others"))
    assert raised.value.hint
    assert str(raised.value.folder) in str(raised.value)
    assert path.stat() == before


def test_a_group_of_this_user_alone_may_write(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_folder("wasi")
    cache.chmod(0o770)
    assert mode(cache_folder("wasi")) == 0o700  # the tests' user has a group of its own name
    monkeypatch.setattr("pybridge.caches._is_own_group", lambda _: False)
    with pytest.raises(CacheUnsafe, match="other users can write to it"):
        cache_folder("wasi")


@pytest.mark.parametrize(
    "use",
    [built_folder, built_page, pyodide_assets.cached, esbuild.tool_root, lambda: kept("a", bytes)],
    ids=["built-folder", "studio-page", "pyodide", "tools", "wasi"],
)
def test_every_user_of_the_cache_checks_it(
    cache: Path, monkeypatch: pytest.MonkeyPatch, use: Callable[[], object]
) -> None:
    monkeypatch.setattr(resources, "checkout", lambda: None)  # as in an installed pybridge
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    with pytest.raises(CacheUnsafe):
        use()
    assert list(cache.iterdir()) == []


def test_no_other_module_knows_where_the_cache_is() -> None:
    package = Path(resources.__file__).parent
    sources = [path for path in package.rglob("*.py") if "cache_path" in path.read_text("utf-8")]
    assert [path.name for path in sources] == ["caches.py"]
