"""The library is typed: a program that uses all of it passes mypy --strict, and one with mistakes does not."""

from __future__ import annotations

import ast
from pathlib import Path

from mypy import api

import pybridge

FINE = Path(__file__).with_name("consumer.py")
WRONG = """import pybridge

with pybridge.Runtime(projekt=".") as runtime:
    number: int = runtime.render("x").output
    runtime.run("job").stdoot
"""


def test_a_program_that_uses_the_library_passes(tmp_path: Path) -> None:
    config = ["--strict", "--config-file=", f"--cache-dir={tmp_path}", "--follow-imports=silent"]
    report, _, status = api.run([*config, str(FINE)])
    assert (report.splitlines()[-1:], status) == (
        (["Success: no issues found in 1 source file"], 0)
    )
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG, "utf-8")
    report, _, status = api.run([*config, str(wrong)])
    assert status == 1
    assert {line.split(":")[1] for line in report.splitlines()[:-1]} == {"3", "4", "5"}


def test_type_checkers_see_every_name() -> None:
    stub = Path(pybridge.__file__).with_suffix(".pyi").read_text("utf-8")
    named = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(stub))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert named | {"__version__"} == set(pybridge.__all__)
    assert all(getattr(pybridge, name) is not None for name in pybridge.__all__)
