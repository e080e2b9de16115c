"""The plugin in a run of pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FILES = {
    "pytest.ini": "[pytest]\npybridge_engine = native\n",
    "scripts/greet.py": "def render(context):\n    return {'html': '<b>' + context['params']['name'] + '</b>'}\n",
    "test_greet.py": """
def test_greet(render_macro):
    assert render_macro("[[greet name=World]]").output == "<b>World</b>"


def test_fails(render_macro):
    render_macro("[[greet]]", path="a.md")


def test_runtime(pybridge_runtime):
    assert pybridge_runtime.call("greet", {"name": "x"}).html == "<b>x</b>"
""",
}


def test_fixtures_render_the_macros_of_the_project(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 2 passed" in done.stdout, done.stdout
    assert "a.md:1:1 → scripts/greet.py:2 in render: KeyError: 'name'" in done.stdout
