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


def test_a_program_that_uses_the_library_passes_and_mistakes_do_not(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(WRONG, "utf-8")
    # With the project's settings, which are strict, and its cache.
    config = f"--config-file={Path(__file__).parents[3] / 'pyproject.toml'}"
    report, _, status = api.run([config, str(FINE), str(wrong)])
    places = {tuple(line.split(":")[:2]) for line in report.splitlines()[:-1]}
    assert status == 1
    assert {(Path(path).name, line) for path, line in places} == {
        ("wrong.py", "3"),
        ("wrong.py", "4"),
        ("wrong.py", "5"),
    }


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
