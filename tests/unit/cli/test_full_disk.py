"""Output that the system refuses: the command fails in its own words, and the next run finds nothing half written."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.amounts import amount

pytestmark = [
    pytest.mark.usefixtures("project"),
    pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device"),
]

PROGRAM = (sys.executable, "-m", "pybridge")
COMMANDS = [
    ("--version",),
    ("--help",),
    ("render", "--help"),
    ("nothere", "--json"),
    ("render", "posts/good.md", "--engine", "native"),
    ("render", "posts", "--json", "--engine", "native"),
    ("scripts", "list"),
    ("scripts", "list", "--json"),
    ("scripts", "show", "shout"),
    ("call", "shout", "--engine", "native"),
    ("run", "util", "--engine", "native"),
    ("diff", "--json"),
    ("sync", "--json"),
    ("doctor", "--json"),
]


def ran(*arguments: str, end: str) -> subprocess.CompletedProcess[bytes]:
    line = f'exec "$@" {end}'
    return subprocess.run(
        ["/bin/sh", "-c", line, "sh", *PROGRAM, *arguments],
        capture_output=True,
        check=False,
        timeout=120,
    )


WRITING = [
    ("render", "posts", "--out", "site", "--html", "--engine", "native"),
    ("sync",),
    ("seed",),
    ("init", "fresh"),
    ("scripts", "rename", "shout", "cry"),
]
"""Commands that write files."""


@pytest.mark.parametrize("size", [0, 900, 5000][: amount(1, 3)])
@pytest.mark.parametrize("arguments", WRITING, ids=lambda each: each[0])
def test_a_full_disk_at_any_file_is_one_error_and_leaves_no_half_file(
    project: Path, arguments: tuple[str, ...], size: int
) -> None:
    """A file that may not grow stands for a disk that is full: the system refuses at that byte."""
    resource = pytest.importorskip("resource")
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        check=False,
        timeout=120,
        preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)),
    )
    assert b"Traceback" not in done.stderr
    if (
        arguments[0] == "scripts" and size > 0
    ):  # the script itself fits, its index is made again by the next command
        assert done.returncode == 0
        assert b"warning: " in done.stderr
        old, new = project / "scripts/shout.py", project / "scripts/cry.py"
        assert (old.exists(), new.read_bytes()) == (False, before.pop(old))
        assert {path: path.read_bytes() for path in before} == before
        return
    assert done.returncode == 1
    assert b"error: " in done.stderr
    assert [path.name for path in project.rglob("*") if "pybridge-new" in path.name] == []
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("end", [">/dev/full", ">&-"])
@pytest.mark.parametrize("arguments", COMMANDS[1 :: amount(3, 1)], ids=" ".join)
def test_a_full_or_closed_output_is_one_error_and_no_traceback(
    arguments: tuple[str, ...], end: str
) -> None:
    done = ran(*arguments, end=end)
    said = done.stderr.decode()
    assert "Traceback" not in said, said
    assert "standard output: cannot write: " in said
    assert done.returncode in (1, 2)


@pytest.mark.parametrize("end", ["2>/dev/full", "<&- 2>&-"])
def test_messages_that_are_lost_change_nothing_else(end: str) -> None:
    done = ran("render", "posts/good.md", "--engine", "native", end=end)
    assert (done.returncode, b"A HI! B" in done.stdout) == (0, True)


def test_no_file_of_the_project_takes_the_place_of_a_closed_output(project: Path) -> None:
    done = ran("sync", "--json", end=">&-")
    assert done.returncode == 1
    assert (project / ".pybridge" / "index.db").read_bytes()[:15] == b"SQLite format 3"


def test_a_reader_that_left_is_no_error_message() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = subprocess.run(
            [*PROGRAM, "scripts", "list"], stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (1, b"")
