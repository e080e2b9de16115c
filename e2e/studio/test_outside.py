"""What happens to a project outside of the page: nothing is lost, and everything is said in words."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from e2e.studio.conftest import STARS, Author, OpenStudio, Running, Sit

MINE = STARS.replace('"*"', '"mine"')
THEIRS = STARS.replace('"*"', '"theirs"')


def test_a_file_that_changes_outside_is_shown_as_it_is(author: Author, project: Path) -> None:
    author.open("stars")
    expect(author.rendered).to_contain_text("**")
    (project / "scripts" / "stars.py").write_text(THEIRS)
    expect(author.code).to_contain_text("theirs")
    expect(author.rendered).to_contain_text("theirs")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        pytest.param("Keep mine", "mine", id="mine"),
        pytest.param("Take theirs", "theirs", id="theirs"),
    ],
)
def test_a_conflict_is_offered_and_either_text_can_be_kept(
    author: Author, project: Path, choice: str, kept: str
) -> None:
    author.open("stars")
    author.write(MINE)
    (project / "scripts" / "stars.py").write_text(THEIRS)
    banner = author.page.get_by_role("alert")
    expect(banner).to_contain_text("The file changed outside while you were writing.")
    author.button("Compare").click()
    dialog = author.page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Theirs: the file")).to_contain_text("theirs")
    expect(dialog.get_by_role("textbox", name="Mine: the editor")).to_contain_text("mine")
    dialog.get_by_role("button", name=choice).click()
    expect(banner).to_have_count(0)
    expect(author.button("Saved")).to_be_visible()
    expect(author.code).to_contain_text(kept)
    assert kept in (project / "scripts" / "stars.py").read_text()


def test_a_file_deleted_outside_can_be_written_again(author: Author, project: Path) -> None:
    author.open("stars")
    author.write(MINE)
    (project / "scripts" / "stars.py").unlink()
    expect(author.page.get_by_role("alert")).to_contain_text("The file was deleted outside.")
    author.button("Write it again").click()
    expect(author.button("Saved")).to_be_visible()
    assert '"mine"' in (project / "scripts" / "stars.py").read_text()


MY_SOUP = "# My soup\n\n[[stars given=1]]\n"
THEIR_SOUP = "# Their soup\n\n[[stars given=3]]\n"


def show_soup(author: Author) -> None:
    author.open("stars")
    author.page.get_by_role("combobox", name="Document").select_option("posts/soup.md")
    expect(author.rendered).to_contain_text("****")


def test_a_document_that_changes_outside_is_shown_as_it_is(author: Author, project: Path) -> None:
    show_soup(author)
    (project / "posts" / "soup.md").write_text(THEIR_SOUP)
    expect(author.source).to_contain_text("Their soup")
    expect(author.rendered).to_contain_text("Their soup")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        pytest.param("Keep mine", MY_SOUP, id="mine"),
        pytest.param("Take theirs", THEIR_SOUP, id="theirs"),
    ],
)
def test_a_conflict_over_a_document_is_offered_and_either_text_can_be_kept(
    author: Author, project: Path, choice: str, kept: str
) -> None:
    show_soup(author)
    author.write_document(MY_SOUP)
    expect(author.button("Save the document")).to_be_visible()
    (project / "posts" / "soup.md").write_text(THEIR_SOUP)
    banner = author.page.get_by_role("alert")
    expect(banner).to_contain_text("The document changed outside while you were writing.")
    author.source.press("ControlOrMeta+s")
    assert (project / "posts" / "soup.md").read_text() == THEIR_SOUP, "nothing is written unseen"
    author.button("Compare").click()
    dialog = author.page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Theirs: the file")).to_contain_text("Their soup")
    expect(dialog.get_by_role("textbox", name="Mine: the editor")).to_contain_text("My soup")
    dialog.get_by_role("button", name=choice).click()
    expect(banner).to_have_count(0)
    expect(author.button("Save the document")).to_have_count(0)
    expect(author.rendered).to_contain_text(kept.splitlines()[0][2:])
    assert (project / "posts" / "soup.md").read_text() == kept
    author.page.reload()
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    show_document(author, kept)
    expect(banner).to_have_count(0)


def show_document(author: Author, text: str) -> None:
    """Open the document again; its source is *text*."""
    author.open("stars")
    author.page.get_by_role("combobox", name="Document").select_option("posts/soup.md")
    expect(author.source).to_contain_text(text.splitlines()[0][2:])


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
    assert (project / "posts" / "soup.md").read_text() == MY_SOUP + "\nMore.\n"


def test_a_document_deleted_outside_can_be_written_again(author: Author, project: Path) -> None:
    show_soup(author)
    author.write_document(MY_SOUP)
    (project / "posts" / "soup.md").unlink()
    banner = author.page.get_by_role("alert")
    expect(banner).to_contain_text("The document was deleted outside.")
    author.button("Write it again").click()
    expect(banner).to_have_count(0)
    expect(author.button("Save the document")).to_have_count(0)
    assert (project / "posts" / "soup.md").read_text() == MY_SOUP


def test_another_document_can_be_looked_at_while_one_is_unsaved(author: Author) -> None:
    show_soup(author)
    author.write_document(MY_SOUP)
    documents = author.page.get_by_role("combobox", name="Document")
    documents.select_option("posts/fog.md")
    expect(author.source).to_contain_text("Fog")
    documents.select_option(label="posts/soup.md (unsaved)")
    expect(author.source).to_contain_text("My soup")
    author.button("Revert the document").click()
    expect(author.source).to_contain_text("It is good")
    expect(author.page.get_by_text("unsaved, kept in this browser")).to_have_count(0)


def test_unsaved_changes_survive_a_reload(author: Author) -> None:
    author.open("stars")
    author.write(MINE)
    expect(author.button("Save")).to_be_enabled()
    author.page.reload()
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    author.open("stars")
    expect(author.code).to_contain_text("mine")
    expect(author.page.get_by_text("Unsaved changes of scripts/stars.py are back")).to_be_visible()
    author.button("Revert").click()
    expect(author.button("Saved")).to_be_visible()


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
    expect(banner).to_contain_text("The studio was started again.", timeout=20_000)
    expect(banner).to_contain_text("Open the address that it printed")
    author.page.close(run_before_unload=False)
    author.complaints.clear()
    again = sit_down(second)
    again.open("stars")
    expect(again.code).to_contain_text("mine")


def test_a_conflict_is_seen_where_the_file_changed_while_nobody_looked(
    author: Author, project: Path
) -> None:
    author.open("stars")
    author.write(MINE)
    author.page.goto("about:blank")
    (project / "scripts" / "stars.py").write_text(THEIRS)
    author.page.go_back()
    expect(author.page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    author.open("stars")
    expect(author.page.get_by_role("alert")).to_contain_text("The file changed outside")


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
    author.button("Look again").evaluate_all("(buttons) => buttons.forEach((each) => each.click())")
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
    author.page.goto(studio.url)
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
        expect(shown).to_have_count(count)
        expect(author.rendered).to_contain_text("it is")
