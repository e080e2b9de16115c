"""Pipes, devices and links out of a project are named and skipped: nothing hangs, nothing outside is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SECRET = "the secret of another folder"
Plant = Callable[[Path], object]


def outside(path: Path) -> None:
    other = path.parents[2] / "outside"
    other.mkdir(exist_ok=True)
    (other / path.name).write_text(SECRET, "utf-8")
    path.symlink_to(other / path.name)


ODD: dict[str, Plant] = {
    "pipe": os.mkfifo,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link out": outside,
    "dangling link": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
}
PLACES = ("posts/odd.md", "scripts/odd.py", "media/odd.jpg.meta")
COMMANDS = (
    ("render", "posts", "--engine", "native", "--json"),
    ("scripts", "list", "--json"),
    ("sync", "--json"),
    ("check", "--json"),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "site"
    for folder in ("posts", "scripts", "media"):
        (project / folder).mkdir(parents=True)
    (project / "pybridge.toml").touch()
    (project / "posts" / "good.md").write_text("[[hello]]\n", "utf-8")
    (project / "scripts" / "hello.py").write_text(
        "def render(context):\n    return {'text': 'hello'}\n", "utf-8"
    )
    return project


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pybridge", *arguments]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_file_is_skipped(root: Path, place: str, kind: str) -> None:
    ODD[kind](root / place)
    done = run(root, *COMMANDS[PLACES.index(place) % 2])
    assert done.returncode in (0, 1), done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ODD)
def test_the_others_are_rendered(root: Path, kind: str) -> None:
    ODD[kind](root / "posts" / "odd.md")
    done = run(root, *COMMANDS[0])
    assert '"output": "hello\\n"' in done.stdout
    named = "nowhere" if kind == "dangling link" else "odd.md"
    assert named in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
def test_no_command_waits_for_a_pipe(root: Path, command: tuple[str, ...]) -> None:
    for place in PLACES:
        os.mkfifo(root / place)
    assert run(root, *command).returncode in (0, 1)


def test_settings_that_are_a_pipe_are_an_error(root: Path) -> None:
    (root / "pybridge.toml").unlink()
    os.mkfifo(root / "pybridge.toml")
    done = run(root, "scripts", "list")
    assert done.returncode == 1
    assert "pybridge.toml" in done.stderr
