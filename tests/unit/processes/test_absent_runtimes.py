"""What `make test` says about runtimes that are not built, and which absences fail it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BUILT = ("micropython", "rustpython")


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "dev" / "absent_runtimes.py"), *arguments],
        env={**os.environ, "PYBRIDGE_CACHE": str(folder / "empty")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_absent_runtime_is_named(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*BUILT, "1"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("micropython why\n", "rustpython is absent and not named"),
        ("# micropython why\nrustpython why\n", "micropython is absent and not named"),
        ("micropython why\nrustpython\n", "rustpython has no reason"),
        ("micropython why\nrustpython why\nruby why\n", "there is no runtime 'ruby'"),
    ],
)
def test_an_absence_that_is_not_explained_fails(tmp_path: Path, text: str, problem: str) -> None:
    expected = tmp_path / "expected.txt"
    expected.write_text(text, "utf-8")
    done = check(tmp_path, str(expected))
    assert done.returncode == 1
    assert f"expected.txt: {problem}\n" in done.stdout
