"""Stop, for everything that runs a script: the worker goes, and the next one renders."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.studio.conftest import ENDLESS, PATIENT, STARS, Author, make_project


@pytest.fixture
def author(shared_author: Author) -> Author:
    """At Diagnostics, which count what happened in the tests before, too."""
    shared_author.button("Diagnostics").click()
    expect(shared_author.page.locator(".tile", has_text="Timeouts")).to_contain_text("0")
    shared_author.restarts = shared_author.page.locator(".restarts li").count()
    return shared_author


@pytest.fixture
def project(shared_author: Author) -> Path:
    return shared_author.root


@pytest.fixture(scope="module")
def lasting_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("patient"), PATIENT)


def renders_again(author: Author) -> None:
    """See that the next rendering works, and that nothing was blamed."""
    author.write(STARS)
    author.tab("Preview")
    author.write_document("# After\n\n[[stars given=3]]\n")
    expect(author.rendered).to_contain_text("After", timeout=20_000)
    expect(author.rendered.locator("b")).to_have_text("***")
    author.button("Diagnostics").click()
    restarts = author.page.locator(".restarts li")
    expect(restarts).to_have_count(author.restarts + 1)
    expect(restarts.filter(has_text="cancelled")).to_have_count(author.restarts + 1)
    expect(author.page.locator(".tile", has_text="Timeouts")).to_contain_text("0")


def test_a_preview_that_never_ends_is_stopped(author: Author) -> None:
    author.open("stars")
    expect(author.rendered).to_contain_text("**")
    before = author.rendered.inner_html()
    author.write("def render(context):\n" + ENDLESS)
    author.button("Stop the rendering").click()
    expect(
        author.page.get_by_text("Stopped. The page below is the previous rendering")
    ).to_be_visible()
    expect(author.button("Stop the rendering")).to_have_count(0)
    assert author.rendered.inner_html() == before
    renders_again(author)


def test_a_rendering_that_hangs_can_be_stopped_from_another_document(author: Author) -> None:
    author.open_and_hang()
    stop = author.button("Stop the rendering")
    author.page.get_by_role("combobox", name="Document").select_option("posts/soup.md")
    expect(author.source).to_contain_text("It is good")
    stop.click()
    expect(stop).to_have_count(0)
    renders_again(author)


def test_a_run_that_waits_for_a_rendering_that_hangs_is_stopped(author: Author) -> None:
    author.open_and_hang()
    author.tab("Run")
    author.button("Run").first.click()
    author.button("Stop the run").click()
    expect(author.page.get_by_role("region", name="Outcome")).to_contain_text("cancelled")
    renders_again(author)


def test_a_macro_that_is_tried_is_stopped(author: Author) -> None:
    author.open("stars")
    expect(author.rendered).to_contain_text("**")
    author.write_document("# No macro here\n")
    expect(author.rendered).to_have_text("No macro here")
    author.write("def render(context):\n" + ENDLESS)
    author.tab("Run")
    author.page.get_by_role("textbox", name="Macro").fill("[[stars given=1]]")
    author.button("Run").first.click()
    expect(author.page.get_by_role("timer")).to_be_visible()
    author.button("Stop the run").click()
    outcome = author.page.get_by_role("region", name="Outcome")
    expect(outcome).to_contain_text("cancelled")
    renders_again(author)


def test_a_transform_that_is_tried_is_stopped(author: Author, project: Path) -> None:
    loud = project / "scripts" / "loud.py"
    loud.write_text("def transform(post):\n" + ENDLESS)
    author.open("loud")
    author.tab("Run")
    author.page.get_by_role("textbox", name="Title").fill("Soup")
    author.button("Run").first.click()
    expect(author.page.get_by_role("timer")).to_be_visible()
    author.button("Stop the run").click()
    outcome = author.page.get_by_role("region", name="Outcome")
    expect(outcome).to_contain_text("cancelled")
    author.write("def transform(post):\n    post['title'] = post['title'].upper()\n")
    author.button("Run").first.click()
    expect(outcome).to_contain_text("Applied: loud.")
    expect(outcome.locator(".diff .cm-changedLine").first).to_have_text("title: SOUP")
    author.open("stars")
    renders_again(author)
