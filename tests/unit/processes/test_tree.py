"""The folder of a run: removed whole, counted whole, read back whole or not at all."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pybridge.processes import Completed, Processes, ProcessLimits, files
from pybridge.processes import run_folders as folders
from pybridge.processes.files import FileTree, TreeUnreadable, unlinked_bytes
from pybridge.processes.run_folders import remove_stale, remove_tree, run_folder
from tests.unit.processes.conftest import run_folders

NEEDS_PROC = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="open files are listed by /proc"
)
NAMES = ("lock", "lock-new", "stdin0", "stdout", "root", "pybridge-run-1", ".", "a\nb", "é")


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_a_tree_is_removed_whatever_its_files_and_folders_are_called(depth: int) -> None:
    with run_folder(1) as folder:
        root = folder / "root"
        for name in NAMES[:6] + NAMES[7:]:
            place = root.joinpath(*[name] * depth)
            place.mkdir(parents=True, exist_ok=True)
            for inner in NAMES:
                if inner != "." and not (place / inner).exists():
                    (place / inner).write_text("x")
    assert not folder.exists()


@pytest.mark.parametrize("steps", range(1, 12))
def test_a_removal_that_was_cut_short_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    folder = tmp_path / "run"
    for name in ("root/a/b/c", "root/d/e/f", "root/a/g/h"):
        (folder / name).mkdir(parents=True)
        (folder / name / "full").write_text("x")
    calls = itertools.count()
    real = folders._emptied

    def interrupted(*arguments: Any) -> list[Path]:
        if next(calls) == steps:
            raise KeyboardInterrupt
        return real(*arguments)

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(folders, "_emptied", interrupted)
        remove_tree(folder)
    if folder.exists():
        remove_tree(folder)
    assert not folder.exists()


def test_a_process_with_files_called_lock_leaves_no_folder(processes: Processes) -> None:
    code = "import os\nos.makedirs('/lock/lock')\nfor f in ('/home/lock', '/lock/lock/lock'): open(f, 'w').write('x')"
    done = processes.spawn(["python", "-c", code]).wait()
    assert done.files == {"/home/lock": b"x", "/lock/lock/lock": b"x"}
    assert run_folders() == set()


def test_a_folder_whose_maker_ended_before_it_was_locked_is_removed_after_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pybridge.processes.run_folders._IN_MEMORY", tmp_path)
    old, new = tmp_path / "pybridge-run-1-old", tmp_path / "pybridge-run-1-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    remove_stale()
    assert (old.exists(), new.exists()) == (False, True)


@NEEDS_PROC
def test_open_files_without_a_path_are_counted_once_each(tmp_path: Path) -> None:
    other = tmp_path / "kept"
    opened = [(tmp_path / str(number)).open("wb") for number in range(3)]
    opened += [other.open("wb")]
    for file in opened:
        file.write(b"x" * 8192)
        file.flush()
    copy = os.dup(opened[0].fileno())
    for number in range(3):
        (tmp_path / str(number)).unlink()
    assert unlinked_bytes(os.getpid(), tmp_path) == 3 * 8192
    for file in opened:
        file.close()
    assert unlinked_bytes(os.getpid(), tmp_path) == 8192
    os.close(copy)


UNLINKED = """
import os, sys, time
held = []
for number in range(int(sys.argv[1])):
    file = open(f'/tmp/{number}', 'wb', buffering=0)
    REMOVE
    file.write(bytes(1_000_000))
    held.append(file)
print('all', flush=True)
time.sleep(30)
"""
REMOVALS = {
    "unlink": "os.unlink(f'/tmp/{number}')",
    "rename": "open('/tmp/new', 'w').close(); os.rename('/tmp/new', f'/tmp/{number}')",
}


@NEEDS_PROC
@pytest.mark.parametrize("removal", REMOVALS)
@pytest.mark.parametrize("is_in_memory", [True, False])
def test_removed_files_that_stay_open_count(
    processes: Processes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    removal: str,
    is_in_memory: bool,
) -> None:
    if not is_in_memory:
        monkeypatch.setattr("pybridge.processes.run_folders._IN_MEMORY", tmp_path / "missing")
    limits = ProcessLimits(files_bytes=4_000_000, timeout_ms=20_000)
    code = UNLINKED.replace("REMOVE", REMOVALS[removal])
    done = processes.spawn(["python", "-c", code, "20"], limits=limits).wait()
    assert (done.error_class, done.has_files) == ("limit", False), done
    assert done.message == "its files have more than 4,000,000 bytes"


def test_the_files_that_a_process_has_open_are_limited(processes: Processes) -> None:
    code = """
held = []
try:
    while True: held.append(open(f'/tmp/{len(held) % 7}', 'w'))
except OSError as error:
    print(len(held) < 1024, error.errno != 0)
"""
    assert processes.spawn(["python", "-c", code]).wait().stdout == "True True\n"


CALLS = ("open", "stat", "scandir")
ERRORS = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES, errno.EMFILE, errno.EIO)


@pytest.mark.parametrize(("call", "number"), list(itertools.product(CALLS, ERRORS)))
def test_what_cannot_be_read_is_left_out_only_while_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    tree = FileTree(tmp_path, ProcessLimits())
    tree.fill({"/d/a": b"1", "/b": b"2"}, "/d")
    (tmp_path / "d" / "new").write_text("3")
    fail_below(monkeypatch, call, number)
    if number in files._CHANGED:
        assert tree.problem() is None
    else:
        with pytest.raises(TreeUnreadable, match="its files cannot be read: /"):
            tree.problem()
    with pytest.raises(TreeUnreadable, match="its files cannot be read: /"):
        tree.changes()


def fail_below(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    """Let a call of `os` fail in folders that are open already."""
    real: Callable[..., object] = getattr(os, call)

    def failing(path: object, *arguments: object, **named: object) -> object:
        if isinstance(path, int) or named.get("dir_fd") is not None:
            raise OSError(number, os.strerror(number))
        return real(path, *arguments, **named)

    monkeypatch.setattr(f"pybridge.processes.files.os.{call}", failing)


def test_files_that_cannot_be_read_back_are_a_failure_with_a_reason(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: FileTree, path: str, _: int) -> bytes:
        raise TreeUnreadable(path, OSError(errno.EIO, "Input/output error"))

    monkeypatch.setattr(FileTree, "_content", refuse)
    done = processes.spawn(["python", "-c", "open('made', 'w').write('x')\nprint(1)"]).wait()
    assert (done.exit_code, done.stdout, done.has_files) == (1, "1\n", False)
    assert done.message == "its files cannot be read: /home/user/made: Input/output error"


@pytest.mark.parametrize(
    ("code", "has_files"),
    [
        ("print(1)", True),
        ("import sys; sys.exit(3)", True),
        ("while True: pass", True),
        ("while True: open('f', 'ab').write(bytes(10_000))", True),
        ("for n in range(10 ** 9): open(f'{n}', 'w').close()", False),
        ("\0", False),
    ],
)
def test_an_outcome_says_whether_files_were_read_back(
    processes: Processes, code: str, has_files: bool
) -> None:
    limits = ProcessLimits(timeout_ms=1500, file_count=50, files_bytes=1_000_000)
    done: Completed = processes.spawn(["python", "-c", code], limits=limits).wait()
    assert done.has_files is has_files, done.message
