"""Files against index in the page: each side taken, and what that does to files and SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from e2e.studio.conftest import STARS, Author, OpenStudio, Sit, make_project

HEAD = '"""\n---\nid: "{id}"\nslug: "{slug}"\ntitle: "{title}"\nkind: "macro"\nversion: {version}\n---\n"""\n'
MAP = HEAD.format(id="i-1", slug="map", title="Map", version=3) + STARS
ATLAS = HEAD.format(id="i-1", slug="map", title="Atlas", version=9) + STARS + "# edited\n"
GONE = HEAD.format(id="i-2", slug="gone", title="Gone", version=1) + STARS
OLD = HEAD.format(id="i-3", slug="old", title="Old", version=1) + STARS
NEW = HEAD.format(id="i-4", slug="new", title="New", version=1) + STARS


def rows(root: Path) -> dict[str, tuple[str, int, str]]:
    """Return title, version and body of each of these scripts, as SQLite has them."""
    connection = sqlite3.connect(root / ".pybridge" / "index.db")
    found = connection.execute("SELECT path, title, version, body FROM scripts").fetchall()
    connection.close()
    wanted = ("map", "gone", "old", "moved", "new")
    return {Path(path).stem: tuple(more) for path, *more in found if Path(path).stem in wanted}


def text(root: Path, slug: str) -> str | None:
    path = root / "scripts" / f"{slug}.py"
    return path.read_text() if path.exists() else None


KNOWN = {"map": ("Map", 3, STARS), "gone": ("Gone", 1, STARS), "old": ("Old", 1, STARS)}
DISK = {"map": ATLAS, "gone": None, "old": None, "moved": OLD, "new": NEW}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = make_project(tmp_path)
    for slug, content in (("map", MAP), ("gone", GONE), ("old", OLD)):
        (root / "scripts" / f"{slug}.py").write_text(content)
    return root


@pytest.fixture
def author(open_studio: OpenStudio, sit_down: Sit, project: Path) -> Author:
    """At the view of the differences, after everything that can happen to a file."""
    author = sit_down(open_studio(project))
    author.button("Files and index").click()
    expect(author.page.get_by_text("Files and index agree.")).to_be_visible()
    scripts = project / "scripts"
    (scripts / "map.py").write_text(ATLAS)
    (scripts / "gone.py").unlink()
    (scripts / "old.py").rename(scripts / "moved.py")
    (scripts / "new.py").write_text(NEW)
    author.button("Compare again").click()
    expect(author.page.get_by_role("article")).to_have_count(4)
    assert rows(project) == KNOWN
    return author


def card(author: Author, slug: str) -> Locator:
    return author.page.get_by_role("article", name=f"scripts/{slug}.py")


def test_what_changes_outside_shows_by_itself(author: Author, project: Path) -> None:
    (project / "scripts" / "more.py").write_text("x = 1\n")
    expect(card(author, "more")).to_contain_text("only on the disk")
    (project / "scripts" / "more.py").unlink()
    expect(card(author, "more")).to_have_count(0)
    expect(author.page.get_by_role("article")).to_have_count(4)


def test_the_files_are_taken_and_stay_as_they_are(author: Author, project: Path) -> None:
    everything = author.page.get_by_role("region", name="All scripts")
    expect(everything).to_contain_text("4 scripts differ")
    expect(author.button("Take all files")).to_have_accessible_description(
        "The index is updated from the files. No file is changed."
    )
    author.button("Take all files").click()
    expect(author.page.get_by_text("Files and index agree.")).to_be_visible()
    assert {slug: text(project, slug) for slug in DISK} == DISK
    assert rows(project) == {
        "map": ("Atlas", 9, STARS + "# edited\n"),
        "moved": ("Old", 1, STARS),
        "new": ("New", 1, STARS),
    }
    kept = {path.read_text() for path in (project / ".pybridge" / "history").glob("[0-9a-f]*")}
    assert kept >= {MAP, GONE}, "what the index had alone is in the history"


def test_the_index_is_taken_into_the_files(author: Author, project: Path) -> None:
    expect(author.button("Take all from the index")).to_have_accessible_description(
        "1 header is overwritten with the index’s values; 1 deleted file is restored; 2 files stay "
        "unchanged, and the index is updated from them. Replaced texts are kept in the history."
    )
    author.button("Take all from the index").click()
    expect(author.page.get_by_text("Files and index agree.")).to_be_visible()
    expect(author.page.get_by_text("2 files written")).to_be_visible()
    restored = MAP + "# edited\n"
    expected = {**DISK, "map": restored, "gone": GONE}
    assert {slug: text(project, slug) for slug in DISK} == expected
    assert rows(project) == {
        "map": ("Map", 3, STARS + "# edited\n"),
        "gone": ("Gone", 1, STARS),
        "moved": ("Old", 1, STARS),
        "new": ("New", 1, STARS),
    }
    kept = {path.read_text() for path in (project / ".pybridge" / "history").glob("[0-9a-f]*")}
    assert ATLAS in kept, "the text before is in the history"


def test_each_script_goes_its_own_way(author: Author, project: Path) -> None:
    expect(card(author, "map")).to_contain_text("title")
    expect(card(author, "map").get_by_role("row", name="title")).to_contain_text("Atlas")
    take = author.button("Take the index for scripts/map.py")
    expect(take).to_have_accessible_description(
        "The header gets the index’s title and version. The code is not changed. The previous text is "
        "kept in the history."
    )
    take.click()
    expect(card(author, "map")).to_have_count(0)
    assert text(project, "map") == MAP + "# edited\n"
    assert rows(project) == {**KNOWN, "map": ("Map", 3, STARS + "# edited\n")}

    forget = author.button("Remove from the index: scripts/gone.py")
    expect(forget).to_have_accessible_description(
        "The script is removed from the index. Its last text stays in the history; pybridge scripts "
        "restore restores it."
    )
    forget.click()
    expect(card(author, "gone")).to_have_count(0)
    assert "gone" not in rows(project)
    assert text(project, "gone") is None

    expect(author.button("Take the index for scripts/new.py")).to_have_count(0)
    expect(card(author, "new")).to_contain_text("there is nothing to restore")
    author.button("Take the file of scripts/new.py").click()
    expect(card(author, "new")).to_have_count(0)
    assert rows(project)["new"] == ("New", 1, STARS)

    expect(card(author, "moved")).to_contain_text("moved from scripts/old.py")
    author.button("Take the file of scripts/moved.py").click()
    expect(author.page.get_by_text("Files and index agree.")).to_be_visible()
    assert {"moved", "map", "new"} == set(rows(project))


def test_a_deleted_file_comes_back_whole(author: Author, project: Path) -> None:
    author.button("Restore the file: scripts/gone.py").click()
    expect(card(author, "gone")).to_have_count(0)
    assert text(project, "gone") == GONE
    assert {slug: text(project, slug) for slug in ("map", "moved", "new")} == {
        "map": ATLAS,
        "moved": OLD,
        "new": NEW,
    }, "the others are as they were"
    assert rows(project) == KNOWN
