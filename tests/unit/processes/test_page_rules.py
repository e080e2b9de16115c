"""Rules that exist twice, in Python and for pages in JavaScript, say the same of random values."""

from __future__ import annotations

import json
import random
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pybridge.build.esbuild import node
from pybridge.processes.commands import Commands, Refusal, allowed_names
from pybridge.processes.cpython_start import (
    SITE_PACKAGES,
    START,
    START_NAME,
    with_absolute_script,
)
from pybridge.processes.guest_paths import joined, path_problem
from tests.amounts import amount

PROGRAM = Path(__file__).parents[2] / "processes" / "page_rules.mjs"
COUNT = amount(3_000, 50_000)

OPTIONS = (
    "-c",
    "-m",
    "-W",
    "-Wx",
    "-X",
    "-Xdev",
    "-",
    "--",
    "-E",
    "-Ec",
    "-IW",
    "-sX",
    "-bb",
    "--help",
)
ARGUMENTS = (*OPTIONS, "--check-hash-based-pycs", "a.py", "/b.py", "./c", "", "../d")
NAMES = (
    "python",
    "python3",
    "python3.12",
    "python2",
    "tool",
    "nope",
    "/usr/bin/python3",
    "/bin/tool",
)
PLACES = ("./run", "sub/run", "/x/run", "/usr/bin/nope", "/usr/bin/env")
LINES = (
    *("#!/usr/bin/env python3", "#!/usr/bin/env -S python3 -B", "#! /usr/bin/python3.11 -u 'a b'"),
    *(
        "#!tool",
        "#!/usr/bin/env tool 1",
        "#!/bin/sh",
        "#!",
        "#!   ",
        "#!'",
        "#!env",
        "print(1)",
        "",
    ),
    *(
        "\ufeff#!/usr/bin/env python3\r\nprint()",
        "  #!python",
        "#!/opt/python3",
        "#!python" + "x" * 300,
    ),
)


def texts(rng: random.Random, letters: str, most: int) -> list[str]:
    return ["".join(rng.choices(letters, k=rng.randrange(most))) for _ in range(COUNT)]


@pytest.fixture(scope="module")
def given() -> dict[str, Any]:
    rng = random.Random(7)
    paths = [
        *texts(rng, "/.a", 12),
        *("/" + text for text in texts(rng, "/.aü\0\ud800\U0001f600'\"", 9)),
        *("/" + "d/" * depth + "f" for depth in (62, 63, 64, 70)),
        *("/" + "x" * size for size in (254, 255, 256)),
        *("/" + "ü" * size for size in (127, 128)),
        *("/" + ("y" * 100 + "/") * 10 + "z" * size for size in (10, 12, 13, 14, 20)),
        "/",
        "",
    ]
    argvs = [["python", *rng.choices(ARGUMENTS, k=rng.randrange(5))] for _ in range(COUNT)]
    commands = [
        {
            "argv": [rng.choice((*NAMES, *PLACES)), "x"],
            "tools": rng.choice(([], ["tool"])),
            "allowed": rng.choice(
                (None, [], ["python"], ["python3"], ["tool"], ["tool", "python3.9"])
            ),
            "first": rng.choice((None, *LINES)),
        }
        for _ in range(COUNT)
    ]
    lines = texts(rng, " \t'\"\\ab#$\r", 14)
    return {"lines": lines, "paths": paths, "argvs": argvs, "commands": commands}


@pytest.fixture(scope="module")
def page(given: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [node(), PROGRAM], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def words(line: str) -> list[str] | None:
    try:
        return shlex.split(line)
    except ValueError:
        return None


def test_cpython_starts_the_same(page: dict[str, Any]) -> None:
    assert page["start"] == [SITE_PACKAGES, START_NAME, START]


def test_lines_have_the_same_words(given: dict[str, Any], page: dict[str, Any]) -> None:
    assert page["words"] == [words(line) for line in given["lines"]]


def test_paths_have_the_same_problems(given: dict[str, Any], page: dict[str, Any]) -> None:
    expected = [path_problem(path) for path in given["paths"]]
    pairs = zip(given["paths"], page["problems"], expected, strict=True)
    # How a path is shown that has control characters or half pairs is left to each language.
    assert [each for each in pairs if each[1] != each[2] and is_plain(each[0])] == []
    assert [found is None for found in page["problems"]] == [each is None for each in expected]
    assert page["joined"] == [joined("/home/user", path) for path in given["paths"]]


def is_plain(path: str) -> bool:
    return path.isprintable() and not {"'", '"'} <= set(path)


def test_the_same_argument_is_the_script(given: dict[str, Any], page: dict[str, Any]) -> None:
    expected = [with_absolute_script(argv, "/home/user") for argv in given["argvs"]]
    assert page["scripts"] == [{"argv": list(argv), "env": dict(env)} for argv, env in expected]


def test_the_same_command_is_found(given: dict[str, Any], page: dict[str, Any]) -> None:
    assert page["commands"] == [found(**each) for each in given["commands"]]


def found(
    argv: Sequence[str], tools: list[str], allowed: list[str] | None, first: str | None
) -> dict[str, Any]:
    content = None if first is None else first.encode()
    names = None if allowed is None else allowed_names(allowed)
    command = Commands(tools, names).find(
        argv, "/home/user", lambda _, most: content and content[:most]
    )
    if isinstance(command, Refusal):
        return {"exitCode": command.exit_code, "message": command.message}
    return {"name": command.name, "argv": list(command.argv)}
