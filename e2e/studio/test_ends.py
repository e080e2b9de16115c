"""Servers, engines and projects that end or come back: nothing is lost, and everything is said in words."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from e2e.studio.conftest import STARS, Author, OpenStudio, Sit
from e2e.studio.documents import MINE, MY_SOUP, SOUP_HEAD, THEIR_SOUP, show_document, show_soup
from e2e.studio.running import Running


def test_unsaved_changes_of_a_document_survive_a_crash_and_its_conflict_does(
    open_studio: OpenStudio, sit_down: Sit, project: Path
) -> None:
    first = open_studio(project)
    author = sit_down(first)
    show_soup(author)
    author.write_document(MY_SOUP)
    expect(author.button("Save the document")).to_be_visible()
    first.process.kill()
    first.process.wait(timeout=20)
    expect(author.page.get_by_text("The server does not answer")).to_be_visible(timeout=20_000)
    author.page.close(run_before_unload=False)
    author.complaints.clear()
    (project / "posts" / "soup.md").write_text(THEIR_SOUP)

    again = sit_down(open_studio(project))
    show_document(again, MY_SOUP)
    banner = again.page.get_by_role("alert")
    expect(banner).to_contain_text("The document changed outside while you were writing.")
    again.write_document(MY_SOUP + "\nMore.\n")
    again.page.reload()
    expect(again.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    show_document(again, MY_SOUP)
    expect(again.source).to_contain_text("More.")
    expect(banner).to_contain_text("The document changed outside while you were writing.")
    again.button("Keep mine").click()
    expect(banner).to_have_count(0)
    expect(again.button("Save the document")).to_have_count(0)
    assert (project / "posts" / "soup.md").read_text() == SOUP_HEAD + MY_SOUP + "\nMore.\n"


def test_unsaved_changes_survive_a_crash_of_page_and_server(
    open_studio: OpenStudio, sit_down: Sit, context: BrowserContext, project: Path
) -> None:
    first = open_studio(project)
    author = sit_down(first)
    author.open("stars")
    author.write(MINE)
    expect(author.button("Save")).to_be_enabled()
    first.process.kill()
    first.process.wait(timeout=20)
    expect(author.page.get_by_text("The server does not answer")).to_be_visible(timeout=20_000)
    author.page.close(run_before_unload=False)
    author.complaints.clear()

    second = open_studio(project)
    assert second.port == first.port
    again = sit_down(second)
    again.open("stars")
    expect(again.code).to_contain_text("mine")


def test_a_page_of_an_earlier_start_says_where_to_go_on(
    open_studio: OpenStudio, sit_down: Sit, project: Path
) -> None:
    first = open_studio(project)
    author = sit_down(first)
    author.open("stars")
    author.write(MINE)
    first.stop()
    second = open_studio(project)
    banner = author.page.locator(".banner")
    expect(banner).to_contain_text("The studio was restarted", timeout=20_000)
    expect(banner).to_contain_text("press Enter in its terminal")
    author.page.close(run_before_unload=False)
    author.complaints.clear()
    again = sit_down(second)
    again.open("stars")
    expect(again.code).to_contain_text("mine")


def test_a_second_studio_on_the_same_project_works_beside_the_first(
    studio: Running, open_studio: OpenStudio, sit_down: Sit, project: Path
) -> None:
    second = open_studio(project)
    assert second.port != studio.port
    one, two = sit_down(studio), sit_down(second)
    one.open("stars")
    two.open("stars")
    one.write(MINE)
    one.save()
    expect(two.code).to_contain_text("mine")
    second.stop()
    assert any("perhaps by another studio of this project" in line for line in second.talk)


def test_a_project_deleted_underneath_is_said_and_nothing_hangs(
    author: Author, project: Path, tmp_path: Path
) -> None:
    author.open("stars")
    author.write(MINE)
    shutil.move(project, tmp_path / "elsewhere")
    expect(author.page.get_by_text("The project cannot be reached.")).to_be_visible(timeout=20_000)
    expect(author.code).to_contain_text("mine")
    shutil.move(tmp_path / "elsewhere", project)
    # Pressed where it is still there: the page itself looks again too.
    author.button("Try again").evaluate_all("(buttons) => buttons.forEach((each) => each.click())")
    expect(author.page.get_by_text("The project cannot be reached.")).to_have_count(0)
    author.save()
    assert '"mine"' in (project / "scripts" / "stars.py").read_text()


def without_privileges() -> tuple[str, ...]:
    """Return the command under which even root may not write where nobody may."""
    if os.geteuid() != 0:
        return ()
    program = shutil.which("setpriv")
    if program is None:
        pytest.skip("root writes everywhere, and there is no setpriv")
    rights = "-dac_override,-dac_read_search,-fowner"
    return (program, "--bounding-set", rights, "--inh-caps", rights)


def test_a_folder_that_cannot_be_written_to_is_said_and_the_text_kept(
    open_studio: OpenStudio, sit_down: Sit, project: Path
) -> None:
    folders = [project, *(each for each in project.rglob("*") if each.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        author = sit_down(open_studio(project, under=without_privileges()))
        author.open("stars")
        expect(author.rendered).to_contain_text("**")
        author.write(MINE)
        author.code.press("ControlOrMeta+s")
        expect(author.page.get_by_text("nothing was changed; check the folder")).to_be_visible()
        expect(author.button("Save")).to_be_enabled()
        author.tab("Details")
        author.page.get_by_role("switch", name="Enabled").click()
        assert (project / "scripts" / "stars.py").read_text() == STARS
        author.page.reload()
        expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
        author.open("stars")
        expect(author.code).to_contain_text("mine")
    finally:
        for folder in folders:
            folder.chmod(0o755)
    author.code.press("ControlOrMeta+s")
    expect(author.button("Saved")).to_be_visible()
    assert (project / "scripts" / "stars.py").read_text() == MINE


def test_a_dead_engine_is_said_and_can_be_started_again(
    studio: Running, context: BrowserContext, sit_down: Sit
) -> None:
    context.route("**/runtime/engine.zip", lambda route: route.fulfill(body="damaged"))
    author = Author(context.new_page())
    author.page.goto(studio.address())
    expect(author.page.get_by_text("Python did not start")).to_be_visible(timeout=30_000)
    expect(author.page.get_by_role("alert")).to_contain_text("engine.zip")
    author.open("stars")
    context.unroute("**/runtime/engine.zip")
    author.button("Start Python again").click()
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=30_000)
    expect(author.rendered).to_contain_text("**")


def test_other_hosts_of_iframes_hold_as_soon_as_they_are_written(
    author: Author, project: Path
) -> None:
    body = "def render(context):\n    return {'html': '<iframe src=\"https://maps.example.org/a\"></iframe>'}\n"
    (project / "scripts" / "here.py").write_text(body)
    author.open("here")
    author.write_document("# Here\n\n[[here]] it is\n")
    settings = (project / "pybridge.toml").read_text()
    shown = author.rendered.get_by_text("Video from maps.example.org")
    for hosts, count in (
        ("maps.example.org", 1),
        ("other.example.org", 0),
        ("maps.example.org", 1),
    ):
        (project / "pybridge.toml").write_text(f'{settings}\n[html]\niframe_hosts = ["{hosts}"]\n')
        expect(shown).to_have_count(count, timeout=20_000)  # Python starts again first
        expect(author.rendered).to_contain_text("it is")
