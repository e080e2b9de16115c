"""What pybridge writes into a project does not count as its documents."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pybridge.project.discover import require_project
from pybridge.project.documents import find_documents
from pybridge.project.outputs import mark_output
from pybridge.project.tree import OUTPUT_MARK
from tests.unit.cli.conftest import Cli
from tests.unit.cli.conftest import cli as cli
from tests.unit.cli.conftest import project as project

COUNTED = "[{'tag': 'a', 'count': 1}]"


def names(root: Path) -> list[str]:
    return [file.name for file in find_documents([root], require_project(root))]


@pytest.mark.parametrize("out", ["out", "site/de", "posts/rendered"])
def test_rendered_copies_are_no_documents(cli: Cli, project: Path, out: str) -> None:
    before = names(project)
    (project / "posts" / "tags.md").write_text("[[count]]\n")
    for _ in range(3):
        assert cli("render", "posts/good.md", "posts/tags.md", "--out", out).code == 0
        assert (project / out / "tags.md").read_text() == f"{COUNTED.replace(chr(39), '&#39;')}\n"
    assert names(project) == sorted([*before, "posts/tags.md"])
    cli("sync")
    assert cli("scripts", "rename", "shout", "cry").err.count("1 document still uses") == 1


def test_a_folder_that_is_named_is_searched(cli: Cli, project: Path) -> None:
    cli("render", "posts/good.md", "--out", "out")
    assert [file.name for file in find_documents([project / "out"], require_project(project))] == [
        "out/good.md"
    ]


def test_a_folder_with_other_files_is_not_marked(cli: Cli, project: Path) -> None:
    (project / "notes").mkdir()
    (project / "notes" / "own.md").write_text("mine")
    done = cli("render", "posts/good.md", "--out", "notes")
    assert done.code == 0
    assert 'exclude = ["notes/**"]' in done.err
    assert "notes/own.md" in names(project)
    assert not (project / "notes" / OUTPUT_MARK).exists()


def outside(root: Path) -> Path:
    return root.parent / "elsewhere"


def linked(root: Path) -> Path:
    outside(root).mkdir()
    (root / "link").symlink_to(outside(root))
    return root / "link"


@pytest.mark.parametrize(
    "place", [outside, linked, lambda root: root, lambda root: root / ".pybridge" / "preview"]
)
def test_nothing_is_marked_elsewhere(project: Path, place: Callable[[Path], Path]) -> None:
    out = place(project)
    assert mark_output(out, require_project(project)) is None
    assert not (out / OUTPUT_MARK).exists()


def test_a_mark_that_is_deleted_ends_it(cli: Cli, project: Path) -> None:
    cli("render", "posts/good.md", "--out", "out")
    (project / "out" / OUTPUT_MARK).unlink()
    assert "out/good.md" in names(project)
    shutil.rmtree(project / "out")
    cli("render", "posts/good.md", "--out", "out")
    assert "out/good.md" not in names(project)
