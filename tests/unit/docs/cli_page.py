"""Replay the sessions of docs/cli.md and docs/tutorial.md; `python -m tests.unit.docs.cli_page` rewrites them."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
TUTORIAL = PAGE.with_name("tutorial.md")
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAVED = re.compile(r"^Save this as `([\w./]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VARYING = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<time>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12}(?:[0-9a-f]{52})?\b"), "<hash>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{16}\b"), "<key>"),
    (re.compile(r"(?<![\w+/])[\w+/]{43}=(?!=)"), "<public key>"),
    (re.compile(r"\d[\d.,]* (s|ms)\b"), r"<n> \1"),
    # Whether it is built depends on the machine.
    (
        re.compile(
            r"^micropython +(?:–|[\d.]+) +(?:absent|ready) +(?:–|[\d,]+ bytes)$", re.MULTILINE
        ),
        "micropython",
    ),
    (re.compile(r"passed in [\d.]+s\b"), "passed in <n> s"),
    (re.compile(r'("(?:\w+Ms|ms|durationUs|macrosPerSecond)"): [\d.]+'), r"\1: <n>"),
)


def comparable(text: str) -> str:
    """Return *text* without what differs from run to run."""
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return re.sub(" +\n", "\n", re.sub(r" {2,}", "  ", text))


def commands(session: str) -> list[str]:
    """Return the command lines of a session."""
    return [line[2:] for line in session.splitlines() if line.startswith("$ ")]


def played(session: str, folder: Path) -> str:
    """Return the session with the outputs that its commands have now."""
    return "".join(f"$ {line}\n{output(line, folder)}" for line in commands(session))


def output(line: str, folder: Path) -> str:
    """Run a command line as a shell does, with `pybridge` being this one."""
    if line.startswith("pybridge watch"):
        return watched(line, folder)
    return _run(line, folder)


def _run(line: str, folder: Path) -> str:
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    text = done.stdout
    return text + "\n" if text and not text.endswith("\n") else text


def watched(line: str, folder: Path) -> str:
    """Run a watch, with the save that its comment tells of: `pybridge watch  # sed …`."""
    command, _, save = line.partition("#")
    process = subprocess.Popen(
        ["sh", "-c", f"exec {command}"], cwd=folder, env=_environment(folder), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        told = process.stdout.readline()
        _run(save, folder)
        while " from save" not in told and (line := process.stdout.readline()):
            told += line
    finally:
        process.terminate()
        process.communicate(timeout=20)
    return told


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which `pybridge` is the program under test, and `pytest` its pytest."""
    programs = folder.parent / "bin"
    programs.mkdir(exist_ok=True)
    for module in ("pybridge", "pytest"):
        program = programs / module
        if not program.exists():
            program.write_text(f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n')
            program.chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return {**inherited, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100",
            "PYTHONUNBUFFERED": "1", "PYBRIDGE_DATA": str(folder.parent / "data")}  # fmt: skip


def sessions(text: str) -> list[str]:
    """Return the page's sessions, in order; they follow one another in one folder."""
    return [match[1] for match in SESSION.finditer(text)]


def replayed(text: str, folder: Path) -> str:
    """Follow the page *text* in *folder*: save its files, and return it with today's outputs."""
    found = [*SESSION.finditer(text), *SAVED.finditer(text)]
    pieces, end = [], 0
    for match in sorted(found, key=lambda each: each.start()):
        pieces.append(text[end : match.start()])
        pieces.append(_followed(match, folder))
        end = match.end()
    return "".join([*pieces, text[end:]])


def _followed(match: re.Match[str], folder: Path) -> str:
    """Do what one step of a page says and return the step as it reads now."""
    if match.re is SESSION:
        return f"```console\n{played(match[1], folder)}```"
    path = folder / match[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(match[2], "utf-8")
    return match[0]


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder."""
    with tempfile.TemporaryDirectory(prefix="pybridge-docs-") as folder:
        place = Path(folder).resolve() / "work"
        place.mkdir()
        yield place


def main() -> None:
    """Write today's outputs into both pages."""
    for page in (PAGE, TUTORIAL):
        started = time.monotonic()
        with workplace() as place:
            page.write_text(replayed(page.read_text("utf-8"), place), "utf-8")
        sys.stderr.write(f"wrote {page.name} in {time.monotonic() - started:.1f} s\n")


if __name__ == "__main__":
    main()
