"""Parts by themselves: limits, arguments, folders of runs, the tree of files."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest

from pybridge import abi
from pybridge.processes import Invocation, ProcessLimits
from pybridge.processes.cpython_start import with_absolute_script
from pybridge.processes.files import FileTree, LimitExceeded
from pybridge.processes.run_folders import remove_stale, remove_tree, run_folder
from tests.amounts import amount


def test_the_limits_are_those_of_the_schema() -> None:
    schema = abi.all_schemas()["invocation"]["$defs"]["limits"]["properties"]
    defaults = {abi.to_camel(each.name): each.default for each in fields(ProcessLimits)}
    assert defaults == {name: limit["default"] for name, limit in schema.items()}


def test_limits_of_an_invocation_replace_those_of_the_host() -> None:
    host = ProcessLimits(timeout_ms=1, stdout_bytes=2)
    read = Invocation.from_json({"argv": ["python"], "limits": {"timeoutMs": 3}}, limits=host)
    assert read.limits == ProcessLimits(timeout_ms=3, stdout_bytes=2)


def test_a_limit_in_json_may_be_written_as_a_float() -> None:
    [limits] = {Invocation.from_json({"argv": ["a"], "limits": {"timeoutMs": 1e3}}).limits}
    assert (limits.timeout_ms, type(limits.timeout_ms)) == (1000, int)


@pytest.mark.parametrize(
    ("argv", "place"),
    [
        (["job.py", "a.py"], 0),
        (["-B", "job.py"], 1),
        (["-Wignore", "job.py"], 1),
        (["-W", "ignore", "job.py"], 2),
        (["-BX", "utf8", "job.py"], 2),
        (["--check-hash-based-pycs", "never", "job.py"], 2),
        (["-c", "job.py"], None),
        (["-Bc", "job.py"], None),
        (["-m", "job"], None),
        (["-", "job.py"], None),
        (["/job.py"], None),
        ([], None),
    ],
)
def test_the_script_among_the_arguments_is_found(argv: list[str], place: int | None) -> None:
    changed, variables = with_absolute_script(["python", *argv], "/home/w")
    expected = list(argv)
    if place is not None:
        expected[place] = f"/home/w/{argv[place]}"
    assert list(changed) == ["python", *expected]
    assert variables == ({} if place is None else {"PYBRIDGE_ARGV0": argv[place]})


def test_a_tree_is_removed_however_deep_and_links_are_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("x")
    folder = tmp_path / "folder"
    (folder / "d").mkdir(parents=True)
    for _ in range(1500):
        (folder / "e").mkdir()
        (folder / "d").rename(folder / "e" / "d")
        (folder / "e").rename(folder / "d")
    (folder / "file").symlink_to(kept)
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    remove_tree(folder)
    assert list(tmp_path.iterdir()) == [kept]


def test_a_folder_is_removed_after_any_error_and_one_of_a_killed_process_later(
    tmp_path: Path,
) -> None:
    with suppress(RuntimeError), run_folder(1000) as folder:
        (folder / "x").mkdir()
        raise RuntimeError
    assert not folder.exists()
    code = "import os, sys\nfrom pybridge.processes.run_folders import run_folder\nwith run_folder(1) as f:\n    print(f, flush=True)\n    os.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    left = Path(done.stdout.strip())
    assert left.is_dir()
    with run_folder(1000) as mine:
        remove_stale()
        assert mine.is_dir()
    assert not left.exists()


def test_no_folder_is_taken_for_stale_while_it_is_made() -> None:
    is_over = threading.Event()

    def remove() -> None:
        while not is_over.is_set():
            remove_stale()

    thread = threading.Thread(target=remove)
    thread.start()
    try:
        for _ in range(amount(300, 20_000)):
            with run_folder(1) as folder:
                assert folder.is_dir()
                assert (folder / "lock").exists()
    finally:
        is_over.set()
        thread.join()


def test_changes_are_new_other_and_removed_files(tmp_path: Path) -> None:
    tree = FileTree(tmp_path, ProcessLimits())
    tree.fill({"/a": b"1", "/b": b"2", "/c": b"3", "/d/e": b"4"}, "/w")
    (tmp_path / "a").write_bytes(b"1")  # written again, the same
    (tmp_path / "b").write_bytes(b"?")
    (tmp_path / "c").unlink()
    (tmp_path / "w" / "f").write_bytes(b"new")
    (tmp_path / "w" / "link").symlink_to("f")
    os.mkfifo(tmp_path / "pipe")
    assert tree.changes() == {"/b": b"?", "/c": None, "/w/f": b"new"}


def test_a_changed_file_with_its_old_time_and_size_is_noticed(tmp_path: Path) -> None:
    tree = FileTree(tmp_path, ProcessLimits())
    tree.fill({"/a": b"1"}, "/w")
    status = (tmp_path / "a").stat()
    (tmp_path / "a").write_bytes(b"2")
    os.utime(tmp_path / "a", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert tree.changes() == {"/a": b"2"}


def test_a_file_that_became_a_link_is_gone(tmp_path: Path) -> None:
    tree = FileTree(tmp_path / "root", ProcessLimits())
    tree.fill({"/a": b"1", "/d/e": b"2"}, "/w")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "e").write_text("secret")
    (tmp_path / "root" / "a").unlink()
    (tmp_path / "root" / "a").symlink_to(secret / "e")
    (tmp_path / "root" / "d").rename(tmp_path / "root" / "moved")
    (tmp_path / "root" / "d").symlink_to(secret)
    assert tree.changes() == {"/a": None, "/d/e": None, "/moved/e": b"2"}
    assert tree.read("/a", 10) is None
    assert tree.read("/d/e", 10) is None


def test_exactly_the_limit_is_allowed(tmp_path: Path) -> None:
    tree = FileTree(tmp_path, ProcessLimits(file_count=2, files_bytes=10))
    tree.fill({"/a/b/c": b"12345"}, "/w/x/y")
    (tmp_path / "d").write_bytes(b"12345")
    assert tree.problem() is None
    (tmp_path / "d").write_bytes(b"123456")
    assert tree.problem() == "its files have more than 10 bytes"
    (tmp_path / "d").write_bytes(b"")
    (tmp_path / "e").write_bytes(b"")
    with pytest.raises(LimitExceeded, match="more than 2 files"):
        tree.changes()


def test_importing_pybridge_imports_nothing_of_processes() -> None:
    code = "import sys, pybridge\nprint([m for m in sys.modules if m.startswith('pybridge.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
