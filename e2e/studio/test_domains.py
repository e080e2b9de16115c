"""The page runs scripts of different trust domains in interpreters of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.studio.conftest import SETTINGS, Author

SEEN = (
    "import sys\n"
    "def render(context):\n"
    "    names = sorted(n for n in sys.modules if n.startswith('script.'))\n"
    "    return {'text': '|'.join(names)}\n"
)
DOCUMENT = "[[first]]\n\n[[second]]\n\n[[stars given=2]]\n"


@pytest.fixture
def project(project: Path) -> Path:
    (project / "scripts" / "first.py").write_text(SEEN)
    (project / "scripts" / "second.py").write_text(SEEN)
    table = '\n[trust]\ndomains = { "scripts/first.py" = "a", "scripts/second.py" = "b" }\n'
    settings = SETTINGS.replace("itemS = 0.5", "itemS = 2")
    (project / "pybridge.toml").write_text(settings + table)
    return project


def test_a_document_shows_what_each_domain_made_of_it(author: Author) -> None:
    author.open("first")
    author.write_document(DOCUMENT)
    lines = author.rendered.locator("p")
    expect(lines).to_have_text(
        ["script.scripts.first", "script.scripts.second", "**"], timeout=20_000
    )

    author.write(SEEN.replace("'|'.join(names)", "'changed ' + '|'.join(names)"))
    expect(lines).to_have_text(["changed script.scripts.first", "script.scripts.second", "**"])


def test_a_restart_in_any_domain_is_shown(author: Author) -> None:
    author.open("first")
    author.write("def render(context):\n    while True: pass\n")
    author.write_document(DOCUMENT)
    expect(author.rendered.locator("b")).to_have_text("**", timeout=20_000)
    author.button("Diagnostics").click()
    expect(author.page.locator(".restarts")).to_contain_text("timeout")
