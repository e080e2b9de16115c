"""The programs of the page about many documents run as programs, and print what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.docs.cli_page import PAGE
from tests.unit.docs.test_library_page import PROGRAM

TEXT = PAGE.with_name("scale.md").read_text("utf-8")
PROGRAMS = PROGRAM.findall(TEXT)


def test_every_program_of_the_page_is_run() -> None:
    assert len(PROGRAMS) == TEXT.count("```python\n") == 2


@pytest.mark.parametrize(("code", "expected"), PROGRAMS, ids=["processes", "dask"])
def test_a_program_prints_what_the_page_says(code: str, expected: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, cwd=tmp_path
    )
    assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)
