"""Finding and reading documents, and what their front matter becomes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pybridge.errors import DocumentUnreadable, InputTooLarge, PybridgeError
from pybridge.project.discover import BuiltIns, Project, Settings
from pybridge.project.documents import DocumentFile, find_documents, read_document
from pybridge.project.front_matter import FrontMatterInvalid, read_post
from pybridge.project.text import DocumentNotText


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def targets(files: list[DocumentFile]) -> list[str]:
    return [str(file.target) for file in files]


def test_folders_are_searched_and_sorted(tmp_path: Path) -> None:
    make(
        tmp_path,
        "b.md",
        "a/z.md",
        "a/b/y.md",
        "x.txt",
        ".git/q.md",
        "node_modules/n.md",
        "out/o.md",
    )
    found = find_documents([tmp_path], Project(tmp_path), skip=tmp_path / "out")
    assert targets(found) == ["a/b/y.md", "a/z.md", "b.md"]
    assert [file.name for file in found] == ["a/b/y.md", "a/z.md", "b.md"]


def test_globs_choose(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a/z.md", "a/draft-y.md", "a/x.txt")
    settings = Settings(include=("a/**",), exclude=("**/draft-*",))
    assert targets(find_documents([tmp_path], Project(tmp_path, settings))) == ["a/x.txt", "a/z.md"]


def test_files_keep_their_tree_below_the_common_folder(tmp_path: Path) -> None:
    make(tmp_path, "p/a/x.md", "p/b/x.md")
    both = [tmp_path / "p/b/x.md", tmp_path / "p/a/x.md", tmp_path / "p/b/../a/x.md"]
    assert targets(find_documents(both, BuiltIns())) == ["b/x.md", "a/x.md"]
    assert targets(find_documents(both[:1], BuiltIns())) == ["x.md"]


@pytest.mark.parametrize(
    ("raw", "kind", "message"),
    [
        pytest.param(
            b"a\nb\xc3\xa4\xff",
            DocumentNotText,
            "d.md:2:3: not valid UTF-8 .byte 0xff at offset 5",
            id="encoding",
        ),
        pytest.param(b"a\n\x00b", DocumentNotText, "d.md:2:1: a NUL byte .at offset 2", id="nul"),
        pytest.param(
            b"x" * 101, InputTooLarge, "d.md is too large: 101, the limit is 100", id="too-large"
        ),
    ],
)
def test_what_is_no_text_says_where(
    tmp_path: Path, raw: bytes, kind: type[PybridgeError], message: str
) -> None:
    (tmp_path / "d.md").write_bytes(raw)
    [file] = find_documents([tmp_path / "d.md"], Project(tmp_path))
    with pytest.raises(kind, match=message):
        read_document(file, limit=100)


def test_missing_files_and_directories(tmp_path: Path) -> None:
    [file] = find_documents([tmp_path / "d.md"], Project(tmp_path))
    with pytest.raises(DocumentUnreadable, match=r"d\.md: no such file"):
        read_document(file, limit=100)
    (tmp_path / "d.md").mkdir()
    with pytest.raises(DocumentUnreadable, match="directory"):
        read_document(file, limit=100)


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_bytes(b"\xef\xbb\xbfa\r\nb\rc")
    [file] = find_documents([tmp_path / "d.md"], Project(tmp_path))
    assert read_document(file, limit=100).text == "a\r\nb\rc"


def test_broken_front_matter_costs_the_post_only(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text("---\ntitle: x\na: [1\n---\nhi")
    [file] = find_documents([tmp_path / "d.md"], Project(tmp_path))
    document = read_document(file, limit=100)
    assert (document.post, document.text[-2:]) == (None, "hi")
    assert isinstance(document.problem, FrontMatterInvalid)
    assert document.problem.to_json()["call"] == {"path": "d.md", "line": 3, "column": 4}


def test_a_document_becomes_document_v1(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text("---\nid: p1\nlinkedMediaIds: [m1]\n---\nhi")
    [file] = find_documents([tmp_path / "d.md"], Project(tmp_path))
    document = read_document(file, limit=100)
    assert document.to_json() == {
        "text": document.text,
        "path": "d.md",
        "post": {"id": "p1", "linkedMediaIds": ["m1"], "slug": "d"},
        "data": {"linkedMediaIds": ["m1"]},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("hi", None, id="none"),
        pytest.param("--- \ntitle: x\n", None, id="unclosed"),
        pytest.param("---\n---\n", {"id": "a", "slug": "a"}, id="empty"),
        pytest.param(
            "---\nid: 1\nslug: s\ntags: [b, 2]\n---\n",
            {"id": 1, "slug": "s", "tags": ["b", 2]},
            id="fields",
        ),
        pytest.param(
            "---\na: 2026-03-01\nb: 2026-03-01T10:00:00+02:00\nc: '2026-03-01T10:00:00.000Z'\n---",
            {
                "id": "a",
                "a": "2026-03-01",
                "b": "2026-03-01T08:00:00.000Z",
                "c": "2026-03-01T10:00:00.000Z",
                "slug": "a",
            },
            id="dates",
        ),
        pytest.param(
            "---\r\nn: .nan\r\nm: {1: true}\r\n---\r\n",
            {"id": "a", "n": None, "m": {"1": True}, "slug": "a"},
            id="no-json",
        ),
        pytest.param(
            '+++\ntitle = "x"\nat = 2026-03-01T10:00:00+02:00\nday = 2026-03-01\nhour = 10:30:00\n[extra]\na = nan\n+++\nhi',
            {
                "id": "a",
                "title": "x",
                "at": "2026-03-01T08:00:00.000Z",
                "day": "2026-03-01",
                "hour": "10:30:00",
                "extra": {"a": None},
                "slug": "a",
            },
            id="toml",
        ),
        pytest.param("----\ntitle: x\n----\n", None, id="a-rule"),
        pytest.param("---\ntitle: x\n...\nhi", {"id": "a", "title": "x", "slug": "a"}, id="dots"),
    ],
)
def test_front_matter(text: str, expected: object) -> None:
    assert read_post(text, "posts/a.md") == expected


@pytest.mark.parametrize(
    "yaml",
    [
        pytest.param("a: !!python/object:os.system {}", id="tag"),
        pytest.param("a: &a [*a]", id="cyclic"),
        pytest.param(
            "a: &a [1,1,1,1,1,1,1,1,1]\n"
            + "".join(
                f"{y}: &{y} [*{x},*{x},*{x},*{x},*{x},*{x},*{x},*{x},*{x}]\n"
                for x, y in zip("abcdef", "bcdefg", strict=True)
            ),
            id="multiplying",
        ),
        pytest.param("a: " + "[" * 5000, id="deep"),
        pytest.param("a: !!binary aGk=", id="bytes"),
        pytest.param("a: b: c", id="syntax"),
        pytest.param("expires: 9999-12-31T23:59:59-05:00", id="past the last year"),
        pytest.param("x: !!bool foo", id="no-bool"),
        pytest.param("n: 0x" + "f" * 5000, id="long-number"),
        pytest.param("a: 1\na: 2", id="twice"),
        pytest.param("a: 2026-13-45", id="no-date"),
    ],
)
def test_front_matter_that_cannot_be_used(yaml: str) -> None:
    with pytest.raises(FrontMatterInvalid, match=r"posts/a\.md:\d+:\d+: front matter"):
        read_post(f"---\n{yaml}\n---\n", "posts/a.md")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("\n\ntitle: x\n\tbad: tab\n", (5, 1), id="behind blank lines"),
        pytest.param("title: x\r\nday: 2026-02-30\r\n", (3, 6), id="date"),
        pytest.param("a: 1\nat: [2026-02-01 25:00:00]\n", (3, 6), id="time"),
        pytest.param("- a\n- b\n", (2, 1), id="list"),
        pytest.param("[a, b]\n", (2, 1), id="flow list"),
    ],
)
def test_broken_yaml_says_where(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(FrontMatterInvalid) as caught:
        read_post(f"---\n{text}---\n", "posts/a.md")
    assert (caught.value.line, caught.value.column) == place


@pytest.mark.parametrize(
    "text",
    [
        "\n- a\n- b\n",
        "[[note]]\n",
        "- a: b: c\n",
        "# Title\n- a\n",
        "[link](address)\n",
        "Text\n",
        "",
    ],
)
def test_text_between_rules_is_no_error(text: str) -> None:
    read_post(f"---\n{text}---\n", "posts/a.md")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('+++\na = "x"\nb = \n+++\n', "3:5: front matter: Invalid value", id="value"),
        pytest.param("+++\na = [1,\n+++\n", ":1: front matter: ", id="end"),
        pytest.param("+++\na = 1\na = 2\n+++\n", "3:6: front matter: Cannot overwrite", id="twice"),
        pytest.param("+++\na = " + "[" * 5000 + "\n+++\n", "2:38: front matter: ", id="deep"),
        pytest.param("+++\n" + "a." * 5000 + "a = 1\n+++\n", "2:1: front matter: ", id="long key"),
        pytest.param(
            "+++\na = 1\nb = 9999-12-31T23:59:59-05:00\n+++\n",
            "3:5: front matter: date value",
            id="year",
        ),
    ],
)
def test_broken_toml_says_where(text: str, place: str) -> None:
    with pytest.raises(FrontMatterInvalid, match=place):
        read_post(text, "posts/a.md")


def test_only_a_folder_inside_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "out/b.md", "outer/c.md")
    project, out = Project(tmp_path), tmp_path / "out"
    assert targets(find_documents([tmp_path], project, skip=out)) == ["a.md", "outer/c.md"]
    assert targets(find_documents([out], project, skip=out)) == ["b.md"]
    assert targets(find_documents([out], project, skip=tmp_path)) == ["b.md"]


def test_scripts_are_not_documents_of_their_project(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "scripts/x.py", "scripts/y.md")
    everything = Project(tmp_path, Settings(include=("**/*",)))
    assert targets(find_documents([tmp_path], everything)) == ["a.md", "scripts/y.md"]


def test_links_to_folders_are_left_out_and_odd_names_are_documents(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "real/c.md")
    (tmp_path / "linked.md").symlink_to(tmp_path / "real")
    (tmp_path / "link.md").symlink_to(tmp_path / "a.md")
    odd = tmp_path / os.fsdecode(b"odd\xff.md")
    odd.write_text("x")
    found = [file.path.name for file in find_documents([tmp_path], Project(tmp_path))]
    assert found == ["a.md", odd.name, "c.md"]
