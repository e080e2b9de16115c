"""Bundles are installed whole or not at all, and never an older or a foreign one."""

from __future__ import annotations

import errno
import functools
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.refusals import Refused
from pybridge.bundles.store.installing import install
from pybridge.bundles.store.state import State, read_state
from pybridge.caches import DATA_VARIABLE
from pybridge.errors import OutputFailed
from tests.amounts import amount
from tests.unit.bundles.making import FILES, KEY, OTHER, WORKER, bundle, checked, public, trusting
from tests.unit.cli.conftest import Cli

BOTH = trusting(KEY, OTHER)


def version(number: str, **more: Any) -> bytes:
    return bundle({**FILES, "resources/v": number.encode()}, version=number, **more)


def state_of(root: Path) -> State:
    found = read_state(root / "echo")
    assert found is not None
    return found


def tree(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and path.name != "lock")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_an_installed_bundle_is_its_files_with_signed_modes(tmp_path: Path) -> None:
    done = install(tmp_path, checked(version("1.0.0", executables=["resources/a.txt"])), BOTH)
    assert done.status == "installed"
    assert done.folder.parent == tmp_path / "echo"
    assert (done.folder / WORKER).read_bytes() == FILES[WORKER]
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in done.folder.rglob("*")
        if path.is_file()
    }
    assert modes == {"plugin.json": 0o644, "plugin.sig": 0o644, "echo-worker": 0o755, "a.txt": 0o755, "v": 0o644}  # fmt: skip


def test_versions_are_side_by_side_and_the_pointer_moves(tmp_path: Path) -> None:
    first = install(tmp_path, checked(version("1.0.0")), BOTH)
    second = install(tmp_path, checked(version("1.1.0")), BOTH)
    assert (second.status, first.folder.is_dir(), second.folder.is_dir()) == ("updated", True, True)
    state = state_of(tmp_path)
    assert (state.current, state.newest, state.ordered) == ("1.1.0", "1.1.0", ["1.0.0", "1.1.0"])
    back = install(tmp_path, checked(version("1.0.0")), BOTH, allow_downgrade=True)
    assert (back.folder, state_of(tmp_path).newest) == (first.folder, "1.1.0")


def refusal(root: Path, content: bytes, *, allow_downgrade: bool = False) -> str:
    before = tree(root)
    with pytest.raises(Refused) as found:
        install(root, checked(content, BOTH), BOTH, allow_downgrade=allow_downgrade)
    assert tree(root) == before
    return found.value.rule


@pytest.mark.parametrize("older", ["0.9.0", "1.10.0-rc.1", "1.9.9"])
def test_an_older_version_is_refused(tmp_path: Path, older: str) -> None:
    install(tmp_path, checked(version("1.10.0")), BOTH)
    assert refusal(tmp_path, version(older)) == "downgrade"
    assert install(tmp_path, checked(version(older)), BOTH, allow_downgrade=True).folder.is_dir()


def test_the_same_version_with_another_content_is_refused(tmp_path: Path) -> None:
    install(tmp_path, checked(version("1.0.0")), BOTH)
    assert refusal(tmp_path, version("1.0.0", name="Other")) == "version-changed"
    assert refusal(tmp_path, version("1.0.0", name="Other"), allow_downgrade=True) == "version-changed"  # fmt: skip


def test_another_publisher_is_refused_until_the_former_key_is_revoked(tmp_path: Path) -> None:
    install(tmp_path, checked(version("1.0.0")), BOTH)
    later = version("2.0.0", key=OTHER)
    assert refusal(tmp_path, later) == "publisher"
    after = Trust([TrustedKey(public(KEY), "old", (), True), TrustedKey(public(OTHER), "new")])
    assert install(tmp_path, checked(later, after), after).status == "updated"


def test_the_same_again_changes_nothing_and_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    first = install(tmp_path, checked(version("1.0.0")), BOTH)
    before = tree(tmp_path)
    assert install(tmp_path, checked(version("1.0.0")), BOTH).status == "unchanged"
    assert tree(tmp_path) == before
    (first.folder / WORKER).write_bytes(b"evil")
    again = install(tmp_path, checked(version("1.0.0")), BOTH)
    assert (again.folder / WORKER).read_bytes() == FILES[WORKER]
    assert not first.folder.exists()


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links")
def test_no_link_is_followed_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "echo").symlink_to(tmp_path / "outside")
    with pytest.raises(Exception, match="symbolic link"):
        install(root, checked(version("1.0.0")), BOTH)
    assert list((tmp_path / "outside").iterdir()) == []


FAILING = {"make file", "write", "sync", "make folder", "make scratch file", "set mode", "replace"}


def test_a_disk_that_is_full_at_any_step_changes_nothing(memory: Path) -> None:
    install(memory, checked(version("1.0.0")), BOTH)
    before = tree(memory)
    for number in range(1000):
        left = iter(range(number))

        def step(what: str, left: Any = left) -> None:
            if what in FAILING and next(left, None) is None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        try:
            install(memory, checked(version("2.0.0")), BOTH, step=step)
        except OutputFailed:
            assert tree(memory) == before
            continue
        break
    assert number > 10
    assert state_of(memory).current == "2.0.0"


def run(*arguments: str, limit: int | None = None) -> subprocess.Popen[str]:
    resource = pytest.importorskip("resource")
    limited = None
    if limit is not None:
        limited = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit))
    command = [sys.executable, "-m", "pybridge", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limited
    )


@pytest.mark.parametrize("limit", [0, 200, 600])
def test_a_file_that_the_system_cuts_off_changes_nothing(place: Path, cli: Cli, limit: int) -> None:
    cli("keys", "trust", public(KEY).text)
    (place / "echo.zip").write_bytes(bundle(min_host_version="0.0.1"))
    folder = Path(os.environ[DATA_VARIABLE]) / "bundles"
    process = run("install", "echo.zip", limit=limit)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "error: " in said, "Traceback" in said) == (1, True, False)
    assert tree(folder) == {}
    assert cli("install", "echo.zip").code == 0


def test_installers_at_once_leave_one_whole_version(place: Path, cli: Cli) -> None:
    cli("keys", "trust", public(KEY).text)
    numbers = ["1.0.0", "2.0.0", "3.0.0"]
    for number in numbers:
        (place / f"{number}.zip").write_bytes(version(number))
    processes = [run("install", f"{number}.zip") for number in numbers for _ in range(2)]
    for process in processes:
        _, said = process.communicate(timeout=110)
        assert process.returncode == 0 or "[rule downgrade]" in said, said
    [found] = cli("installed", "--check", "--json").json
    assert (found["version"], found["status"]) == ("3.0.0", "installed")
    folder = Path(found["path"]).parent
    names = {path.name.rpartition("-")[0] for path in folder.iterdir() if path.is_dir()}
    assert sorted(names) == found["versions"]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where the system has one: killing processes loses nothing of it, and syncing costs nothing."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else tmp_path) as folder:
        yield Path(folder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_a_killed_installation_leaves_the_old_or_the_new_version(memory: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.unit.bundles.killed",
        str(memory),
        str(amount(10, 200)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout.split()[0]) > 20


def test_the_commands_from_a_folder_to_nothing(place: Path, cli: Cli) -> None:
    cli("keys", "trust", public(KEY).text)
    dist = place / "dist"
    dist.mkdir()
    for number in ("1.0.0", "1.1.0"):
        (dist / f"echo-{number}-linux_x86_64.zip").write_bytes(version(number))
    (dist / "echo-9.0.0-windows_x86_64.zip").write_bytes(b"")
    first = cli("install", "echo@1.0.0", "--from", "dist", "--json")
    assert (first.code, first.json["version"]) == (0, "1.0.0")
    assert abi.validate("cli-installed", [first.json]) == []
    [updated] = cli("update", "--from", "dist", "--json").json
    assert (updated["status"], updated["version"]) == ("updated", "1.1.0")
    assert cli("update", "echo", "--from", "dist", "--json").json[0]["status"] == "unchanged"
    older = cli("install", "echo@1.0.0", "--from", "dist")
    assert (older.code, "[rule downgrade]" in older.err) == (1, True)
    assert cli("uninstall", "echo@1.1.0").code == 1
    assert cli("uninstall", "echo@1.0.0", "--json").json["versions"] == ["1.1.0"]
    assert cli("uninstall", "echo", "--json").json["status"] == "removed"
    assert cli("installed", "--json").json == []
    assert "[rule downgrade]" in cli("install", "echo@1.0.0", "--from", "dist").err
    assert cli("uninstall", "echo", "--forget").code == 0
    assert cli("install", "echo@1.0.0", "--from", "dist").code == 0


def test_a_bundle_under_another_name_is_refused(place: Path, cli: Cli) -> None:
    cli("keys", "trust", public(KEY).text)
    (place / "echo-2.0.0-linux_x86_64.zip").write_bytes(version("1.0.0"))
    done = cli("install", "echo", "--from", ".")
    assert (done.code, "[rule other-bundle]" in done.err) == (1, True)
    assert cli("installed", "--json").json == []


def test_what_is_installed_is_checked(place: Path, cli: Cli) -> None:
    cli("keys", "trust", public(KEY).text, "--name", "acme")
    (place / "echo.zip").write_bytes(version("1.0.0"))
    path = Path(cli("install", "echo.zip", "--json").json["path"])
    assert cli("installed", "--check").code == 0
    (path / "resources" / "more").write_text("x")
    done = cli("installed", "--check", "--json")
    assert (done.code, done.json[0]["status"]) == (1, "damaged")
    cli("keys", "revoke", "acme")
    done = cli("installed", "--json")
    assert (done.code, done.json[0]["status"]) == (1, "revoked")


WRONG = [
    ("install", ".."),
    ("install", "nothing"),
    ("install", "echo", "--from", "."),
    ("install", "../echo", "--from", "."),
    ("install", "echo@1", "--from", "."),
    ("uninstall", ".."),
    ("uninstall", "echo"),
    ("uninstall", "echo@1.0.0", "--forget"),
    ("update", "echo", "--from", "."),
    ("update",),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_arguments_are_one_line(place: Path, cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments)
    assert done.code in (1, 2)
    assert (done.out, done.err.startswith("error: ")) == ("", True)


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"v": 1})])
def test_a_damaged_state_is_named_and_can_be_forgotten(place: Path, cli: Cli, text: str) -> None:
    cli("keys", "trust", public(KEY).text)
    (place / "echo.zip").write_bytes(version("1.0.0"))
    cli("install", "echo.zip")
    state = Path(os.environ[DATA_VARIABLE]) / "bundles" / "echo" / "state.json"
    state.write_text(text)
    for command in (("install", "echo.zip"), ("installed",), ("uninstall", "echo")):
        done = cli(*command)
        assert (done.code, "state.json" in done.err) == (1, True)
    assert cli("uninstall", "echo", "--forget").code == 0
    assert cli("install", "echo.zip").code == 0
