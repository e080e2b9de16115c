"""A real build of a site with MkDocs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "mkdocs.yml": "site_name: Notes\ntheme:\n  name: null\n  custom_dir: theme\nplugins:\n  - pybridge\n",
    "theme/main.html": "{{ page.content }}",
    "scripts/greet.py": "def render(context):\n    return {'html': '<b>Hello, ' + context['params']['name'] + '!</b>'}\n",
    "docs/index.md": "---\ntitle: Start\n---\n# Hi\n\nA [[greet name=World]] and `[[greet name=code]]`.\n",
    "docs/more.md": "Nothing here.\n",
}
BROKEN = "[[greet]]\n"


def built(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_site_has_its_macros_rendered(site: Path) -> None:
    done = built(site, "--strict")
    assert done.returncode == 0, done.stderr
    page = (site / "site" / "index.html").read_text("utf-8")
    assert "<p>A <b>Hello, World!</b> and <code>[[greet name=code]]</code>.</p>" in page
    assert "Nothing here." in (site / "site" / "more" / "index.html").read_text("utf-8")


def test_a_macro_that_fails_is_a_warning_with_its_place(site: Path) -> None:
    (site / "docs" / "more.md").write_text(BROKEN, "utf-8")
    done = built(site)
    assert done.returncode == 0
    assert "more.md" in done.stderr
    assert "scripts/greet.py:2" in done.stderr
    assert built(site, "--strict").returncode == 1


def test_a_project_that_is_not_there_ends_the_build(site: Path) -> None:
    config = FILES["mkdocs.yml"].replace(
        "  - pybridge\n", "  - pybridge:\n      project: nowhere\n"
    )
    (site / "mkdocs.yml").write_text(config, "utf-8")
    done = built(site)
    assert done.returncode == 1
    assert "no project" in done.stderr
