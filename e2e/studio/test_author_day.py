"""What an author does all day, in a real browser: write, see, run, stop, rename, restore."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.studio.conftest import STARS, Author

WAVE = (
    'def render(context: dict) -> dict:\n    return {"text": "wave " + context["params"]["to"]}\n'
)


@pytest.fixture
def author(shared_author: Author) -> Author:
    return shared_author


@pytest.fixture
def project(shared_author: Author) -> Path:
    return shared_author.root


def header(root: Path, slug: str) -> str:
    """Return the header that the store wrote into a script."""
    text = (root / "scripts" / f"{slug}.py").read_text()
    found = re.match(r'"""\n---\n.*?\n---\n"""\n', text, re.DOTALL)
    assert found, text
    return found[0]


def test_a_macro_is_created_corrected_run_and_seen(author: Author, project: Path) -> None:
    author.button("New script").first.click()
    author.page.get_by_role("textbox", name="Title").fill("Wave")
    author.button("Create").click()
    expect(author.page.get_by_role("heading", name="Wave")).to_be_visible()

    top = header(project, "wave")
    author.write(top + WAVE.replace("dict:", "dict", 1))
    expect(author.problems).to_contain_text("expected ':'")
    expect(author.page.locator(".script .cm-lint-marker-error")).to_be_visible()
    author.write(top + WAVE)
    expect(author.problems).to_have_count(0)

    author.write_document('Hello: [[wave to="Ada"]]\n')
    expect(author.rendered).to_have_text("Hello: wave Ada")
    author.write(top + WAVE.replace("wave ", "bow to "))
    expect(author.rendered).to_have_text("Hello: bow to Ada")
    expect(author.page.locator(".chip-ok")).to_have_text('[[wave to="Ada"]]')
    author.save()
    assert "bow to" in (project / "scripts" / "wave.py").read_text()

    author.tab("Run")
    author.page.get_by_role("textbox", name="Macro").fill('[[wave to="Bob"]]')
    author.button("Run").first.click()
    expect(author.page.get_by_role("region", name="Outcome")).to_contain_text("bow to Bob")


def test_an_error_in_a_document_is_shown_at_its_macro(author: Author) -> None:
    author.open("stars")
    expect(author.rendered).to_contain_text("**")
    author.write_document('# Fog\n\nGood: [[stars given=2]]\n\nBad: [[stars given="x"]]\n')
    errors = author.page.get_by_role("region", name="Errors in the document")
    expect(errors).to_contain_text("8:6")  # behind the front matter, which stays
    expect(author.page.locator(".chip-error")).to_have_text('[[stars given="x"]]')
    expect(author.rendered.locator(".macro-error")).to_have_text('[[stars given="x"]]')
    expect(author.rendered.locator("b")).to_have_text("**")


def test_a_runaway_utility_streams_and_is_stopped(author: Author) -> None:
    author.button("New script").first.click()
    author.page.get_by_role("textbox", name="Title").fill("Spin")
    author.page.get_by_role("radio", name="utility").check()
    author.button("Create").click()
    expect(author.page.get_by_role("heading", name="Spin")).to_be_visible()
    author.write("def main(args):\n    print('turning', *args)\n    while True: pass\n")
    author.tab("Run")
    author.page.get_by_role("textbox", name="Arguments").fill('one "two three"')
    author.page.keyboard.press("ControlOrMeta+Enter")
    expect(author.page.get_by_role("log")).to_have_text("turning one two three\n")
    author.button("Stop the run").click()
    expect(author.page.get_by_role("region", name="Outcome")).to_contain_text("cancelled")
    author.write("print('calm')\n")
    author.button("Run").first.click()
    expect(author.page.get_by_role("log")).to_have_text("calm\n")


def test_diagnostics_show_the_timeout_and_why_the_worker_was_replaced(author: Author) -> None:
    author.open("stars")
    author.write("def render(context):\n    while True: pass\n")
    errors = author.page.get_by_role("region", name="Errors in the document")
    expect(errors).to_contain_text("took longer than 0.5 s", timeout=20_000)
    author.button("Diagnostics").click()
    row = author.page.get_by_role("row", name=re.compile("^stars"))
    expect(row.get_by_role("cell").nth(2)).not_to_have_text("0")
    expect(author.page.locator(".restarts").get_by_text("timeout").first).to_be_visible()
    expect(author.page.locator(".tile", has_text="Memory")).to_contain_text("MiB")


def test_a_rename_updates_the_documents(author: Author, project: Path) -> None:
    author.open("stars")
    author.tab("Details")
    expect(author.page.get_by_role("heading", name="Used in 2 documents")).to_be_visible()
    author.button("Rename …").click()
    author.page.get_by_role("textbox", name="Slug").fill("rating")
    author.button("Rename").click()
    expect(author.page.get_by_text("2 documents updated")).to_be_visible()
    assert "[[rating given=4]]" in (project / "posts" / "soup.md").read_text()
    assert (project / "scripts" / "rating.py").is_file()
    author.tab("Preview")
    expect(author.rendered.locator("b").first).to_be_visible()
    expect(author.page.locator(".chip-unknown")).to_have_count(0)


def test_aliases_are_edited_and_documents_follow(author: Author, project: Path) -> None:
    script, fog = project / "scripts" / "stars.py", project / "posts" / "fog.md"
    author.open("stars")
    author.tab("Details")
    field = author.page.get_by_role("textbox", name="Aliases")
    field.fill("rating, sterne")
    field.press("Enter")
    expect(author.code).to_contain_text('ALIASES = ["rating", "sterne"]')
    assert script.read_text() == f'ALIASES = ["rating", "sterne"]\n\n{STARS}'
    fog.write_text("[[rating given=2]] and [[sterne given=1]]\n")
    expect(author.page.get_by_role("heading", name="Used in 2 documents")).to_be_visible()
    author.tab("Preview")
    author.page.get_by_role("combobox", name="Document").select_option("posts/fog.md")
    expect(author.rendered.locator("b")).to_have_count(2)

    author.tab("Details")
    field.fill("sterne")
    field.press("Enter")
    dialog = author.page.get_by_role("dialog", name="Remove [[rating]]?")
    expect(dialog).to_contain_text("1 document uses it")
    expect(dialog).to_contain_text("posts/fog.md")
    assert "rating" in script.read_text()
    dialog.get_by_role("button", name="Remove").click()
    expect(author.page.get_by_text("1 document updated")).to_be_visible()
    assert script.read_text() == f'ALIASES = ["sterne"]\n\n{STARS}'
    assert fog.read_text() == "[[stars given=2]] and [[sterne given=1]]\n"
    expect(field).to_have_value("sterne")

    field.fill("")
    field.press("Enter")
    dialog = author.page.get_by_role("dialog", name="Remove [[sterne]]?")
    dialog.get_by_role("checkbox", name="Write [[stars]] there instead").uncheck()
    dialog.get_by_role("button", name="Remove").click()
    expect(author.page.get_by_text("1 document still uses [[sterne]]")).to_be_visible()
    assert fog.read_text() == "[[stars given=2]] and [[sterne given=1]]\n"
    author.tab("Preview")
    expect(author.page.locator(".chip-unknown")).to_have_text("[[sterne given=1]]")


def test_an_alias_that_cannot_be_is_refused_at_its_field(author: Author, project: Path) -> None:
    script = project / "scripts" / "stars.py"
    (project / "scripts" / "moon.py").write_text(STARS)
    author.open("stars")
    author.tab("Details")
    field = author.page.get_by_role("textbox", name="Aliases")
    refusal = author.page.locator(".details").get_by_role("alert")
    for typed, words in (
        ("my-stars", "'my-stars' can never be called"),
        ("moon", "'moon' is a name of scripts/moon.py already"),
    ):
        field.fill(typed)
        field.press("Enter")
        expect(refusal).to_contain_text(words)
    field.press("Escape")
    expect(field).to_have_value("")
    expect(refusal).to_have_count(0)
    assert script.read_text() == STARS
    computed = STARS + "ALIASES = [name for name in 'ab']\n"
    author.write(computed)
    field.fill("sterne")
    field.press("Enter")
    expect(refusal).to_contain_text("ALIASES is computed here")
    expect(refusal).to_contain_text("change ALIASES in the source")
    assert script.read_text() == computed, "what was unsaved is saved, and nothing else changes"


def test_another_kind_takes_its_entry_point_along(author: Author, project: Path) -> None:
    author.open("stars")
    author.tab("Details")
    author.page.get_by_role("combobox", name="Kind").select_option("transform")
    expect(author.page.get_by_role("textbox", name="Entry point")).to_have_value("transform")
    expect(author.problems).to_contain_text("a transform needs a function 'transform'")
    author.page.get_by_role("combobox", name="Kind").select_option("macro")
    expect(author.page.get_by_role("textbox", name="Entry point")).to_have_value("render")
    expect(author.problems).to_have_count(0)
    assert 'kind: "macro"\nentrypoint: "render"' in (project / "scripts" / "stars.py").read_text()


def test_an_earlier_content_is_compared_and_brought_back(author: Author, project: Path) -> None:
    author.open("stars")
    author.button("Details").or_(author.page.get_by_role("tab", name="Details")).click()
    author.page.get_by_role("textbox", name="Title").fill("Stars of old")
    author.page.keyboard.press("Enter")
    expect(author.page.get_by_role("heading", name="Stars of old")).to_be_visible()
    text = (project / "scripts" / "stars.py").read_text()
    author.write(text.replace('"*"', '"#"'))
    author.save()
    author.tab("History")
    removed = author.page.locator(".comparison .cm-deletedChunk")
    expect(removed.filter(has_text='"#"')).to_be_visible()
    author.button("Restore").click()
    expect(author.code).to_contain_text('"*"')
    assert '"*"' in (project / "scripts" / "stars.py").read_text()


def test_a_script_is_disabled_and_deleted(author: Author, project: Path) -> None:
    author.open("stars")
    author.tab("Details")
    author.page.get_by_role("switch", name="Enabled").click()
    expect(author.page.get_by_text("Documents cannot call it.")).to_be_visible()
    author.tab("Preview")
    expect(author.page.locator(".chip-unknown").first).to_be_visible()
    author.tab("Details")
    author.button("Delete …").click()
    dialog = author.page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 documents use it")
    dialog.get_by_role("button", name="Delete").click()
    expect(author.page.get_by_role("heading", name="Choose a script")).to_be_visible()
    assert not (project / "scripts" / "stars.py").exists()


def test_a_transform_is_tried_on_a_post(author: Author, project: Path) -> None:
    (project / "scripts" / "loud.py").write_text(
        "def transform(post):\n    post['title'] = post['title'].upper()\n    toast('louder')\n"
    )
    author.open("loud")
    author.tab("Run")
    author.page.get_by_role("combobox", name="Post").select_option("posts/soup.md")
    expect(author.page.get_by_role("textbox", name="Title")).to_have_value("Soup")
    author.button("Run").first.click()
    outcome = author.page.get_by_role("region", name="Outcome")
    expect(outcome).to_contain_text("Applied: loud.")
    expect(outcome).to_contain_text("louder")
    expect(outcome.locator(".diff .cm-changedLine").first).to_have_text("title: SOUP")


def test_completion_knows_the_abi_and_the_macros_own_params(author: Author) -> None:
    author.open("stars")
    author.code.click()
    author.page.keyboard.press("ControlOrMeta+End")
    author.page.keyboard.type('\nx = context["env"]["')
    options = author.page.locator(".cm-tooltip-autocomplete li")
    expect(options.filter(has_text="isPreview")).to_be_visible()
    author.page.keyboard.press("Escape")
    author.page.keyboard.press("End")
    author.page.keyboard.type('\ny = params["')
    expect(options.filter(has_text="given")).to_be_visible()
    assert author.code.locator(".cm-line").last.inner_text().strip() == 'y = params[""]'
