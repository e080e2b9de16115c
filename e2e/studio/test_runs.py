"""Run: what was entered and what came out belong to the script that is open."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from e2e.studio.conftest import Author

MOONS = "def render(context):\n    print('rising')\n    return {'text': 'a moon'}\n"


def test_each_script_has_a_run_of_its_own(author: Author, project: Path) -> None:
    (project / "scripts/moons.py").write_text(MOONS)
    expect(author.button("moons")).to_be_visible()
    outcome = author.page.get_by_role("region", name="Outcome")
    entered = author.page.get_by_role("textbox", name="Macro")

    author.open("stars")
    author.tab("Run")
    entered.fill("[[stars given=4]]")
    author.button("Run").first.click()
    expect(outcome).to_contain_text("****", timeout=20_000)

    author.open("moons")
    author.tab("Run")
    expect(author.page.get_by_text("No output yet.")).to_be_visible()
    expect(outcome).to_have_count(0)
    expect(entered).to_have_value("")
    author.button("Run").first.click()
    expect(outcome).to_contain_text("a moon", timeout=20_000)
    expect(author.page.get_by_role("log", name="Output")).to_contain_text("rising")

    author.open("stars")
    author.tab("Run")
    expect(outcome).to_contain_text("****")
    expect(entered).to_have_value("[[stars given=4]]")
