"""What frequent command lines import, and that the way without the parser does what the parser would."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import pybridge
from pybridge.cli import start
from tests.amounts import amount
from tests.unit.cli.conftest import Cli

IMPORTED = """
import sys
sys.argv = ["pybridge", *sys.argv[1:]]
before = set(sys.modules)
from pybridge.cli import main
try:
    main()
finally:
    print(*(set(sys.modules) - before), file=sys.stderr)
"""
PARSERS = {"click", "difflib", "argparse"}
SLOW = {"importlib.metadata", "email.message", "logging", "rich", "jsonschema", "jinja2", "yaml"}
FOR_OTHERS = {
    "pybridge.abi",
    "pybridge.engines",
    "pybridge.html",
    "pybridge.project",
    "pybridge.cli.app",
}
EVERYTHING = {
    "typing",
    "pathlib",
    "dataclasses",
    "signal",
    "pybridge.errors",
    "pybridge.cli.terminal",
}


def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "-c", IMPORTED, *arguments]
    places = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": places, **more}
    return subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    ("arguments", "out", "left_out"),
    [
        (("--version",), "pybridge, version {}\n", PARSERS | SLOW | FOR_OTHERS | EVERYTHING),
        (("python", "-c", "print(1)"), "1\n", PARSERS | SLOW | FOR_OTHERS),
        (
            ("python", "-c", "import sys; print(*sys.argv)", "a"),
            "-c a\n",
            PARSERS | SLOW | FOR_OTHERS,
        ),
        (("python", "-c", "print(1)", "--timeout", "20"), "1\n", SLOW - {"logging"}),
    ],
)
def test_a_frequent_command_line_imports_little(
    arguments: tuple[str, ...], out: str, left_out: set[str]
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (0, out.format(pybridge.__version__))
    assert set(done.stderr.split()) & left_out == set()


def test_the_version_that_cannot_be_written_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pybridge", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: standard output: cannot write: No space left on device")


def test_a_shell_that_completes_gets_no_version() -> None:
    assert "version" not in run("--version", _PYBRIDGE_COMPLETE="bash_complete").stdout


WORDS = (
    "python",
    "-c",
    "print(1)",
    "",
    "a",
    "a b",
    "-",
    "--",
    "-x",
    "--json",
    "--timeout",
    "3",
    "é",
    "-c",
    "--version",
    "--help",
)


def test_the_way_without_the_parser_is_taken_only_where_it_is_the_same(
    monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    taken: list[dict[str, Any]] = []

    def note(args: Any, runtime: str, host: str, jsonl: bool, **given: Any) -> int:
        taken.append({"args": args, "runtime": runtime, "host": host, "jsonl": jsonl, **given})
        return 0

    monkeypatch.setattr("pybridge.cli.python.python", note)
    some = random.Random(5)
    lines = [
        ["python", "-c", *some.choices(WORDS, k=some.randint(0, 4))]
        for _ in range(amount(300, 3000))
    ]
    lines += [some.choices(WORDS, k=some.randint(0, 4)) for _ in range(100)]
    quick_ones = 0
    for line in lines:
        given = start.python_code(line)
        if given is None:
            continue
        quick_ones += 1
        taken.clear()
        assert cli(*line).code == 0
        assert taken == [given]
        assert start._run(line) == 0
        assert taken == [given, given]
    assert quick_ones > 20
