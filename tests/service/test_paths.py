from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from pybridge.project.paths import PathRefused, inside, project_path, same_elsewhere

OUT = "leads out of its folder"
ABSOLUTE = "not relative to the project"
BACKSLASH = "a backslash: paths are written with /"
EMPTY = "a part of the path is empty"
CONTROL = "a control character in a path"
DEVICE = "a name that Windows keeps for a device"
DROPPED = "a name that ends with a dot or a space, which Windows drops"
CHARACTER = 'a name with one of < > : " | ? *, which Windows does not allow'


@pytest.mark.parametrize(
    "text",
    ["posts/trip.md", "trip.md", "posts/2024/über uns.md", "posts/..trip.md", "posts/a.b.c.md", "console.md", "posts/com10.md", "a/null.md"],
)  # fmt: skip
@pytest.mark.parametrize("new", [False, True], ids=["there", "new"])
def test_paths_inside_the_project_are_taken(text: str, new: bool) -> None:
    assert project_path(text, new=new, windows=True) == PurePosixPath(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "an empty path", id="empty"),
        pytest.param("../secret.md", OUT, id="up"),
        pytest.param("posts/../../secret.md", OUT, id="up-inside"),
        pytest.param("posts/..", OUT, id="up-at-the-end"),
        pytest.param("/etc/passwd", ABSOLUTE, id="absolute"),
        pytest.param("//server/share/x.md", ABSOLUTE, id="unc"),
        pytest.param("C:/secret.md", ABSOLUTE, id="drive"),
        pytest.param("c:secret.md", ABSOLUTE, id="drive-relative"),
        pytest.param("..\\secret.md", BACKSLASH, id="backslash"),
        pytest.param("\\\\?\\C:\\x.md", BACKSLASH, id="windows-long-path"),
        pytest.param("posts//a.md", EMPTY, id="double-slash"),
        pytest.param("posts/./a.md", EMPTY, id="dot"),
        pytest.param("posts/", EMPTY, id="folder"),
        pytest.param("posts/a\0.md", CONTROL, id="nul"),
        pytest.param("posts/a\n.md", CONTROL, id="newline"),
        pytest.param("posts/\ud800.md", "half a character in a path", id="surrogate"),
        pytest.param("a" * 256 + "/x.md", "a name longer than 255 bytes", id="long"),
        pytest.param("ä" * 128, "a name longer than 255 bytes", id="long-in-bytes"),
    ],
)
@pytest.mark.parametrize("new", [False, True], ids=["there", "new"])
def test_paths_that_lead_elsewhere_are_refused(text: str, reason: str, new: bool) -> None:
    with pytest.raises(PathRefused) as caught:
        project_path(text, new=new, windows=False)
    assert caught.value.reason == reason
    assert caught.value.to_json()["code"] == "usage"
    assert caught.value.to_json()["pointer"] == "/path"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("posts/CON", DEVICE, id="con"),
        pytest.param("posts/con.md", DEVICE, id="con-with-suffix"),
        pytest.param("nul/a.md", DEVICE, id="a-folder"),
        pytest.param("Aux.tar.md", DEVICE, id="two-suffixes"),
        pytest.param("com1.md", DEVICE, id="com1"),
        pytest.param("LPT³.md", DEVICE, id="superscript"),
        pytest.param("con .md", DEVICE, id="space-before-the-suffix"),
        pytest.param("posts/a.md.", DROPPED, id="trailing-dot"),
        pytest.param("posts /a.md", DROPPED, id="trailing-space"),
        pytest.param("posts/a.md:stream", CHARACTER, id="stream"),
        pytest.param("posts/what?.md", CHARACTER, id="question-mark"),
    ],
)
def test_names_that_windows_cannot_have_are_refused_there_and_for_new_files(
    text: str, reason: str
) -> None:
    assert project_path(text, new=False, windows=False) == PurePosixPath(text)
    for new, windows in ((True, False), (True, True), (False, True)):
        with pytest.raises(PathRefused) as caught:
            project_path(text, new=new, windows=windows)
        assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("name", "others", "twin"),
    [
        pytest.param("Trip.md", ["trip.md"], "trip.md", id="case"),
        pytest.param("trip.md", ["trip.md"], None, id="itself"),
        pytest.param("\u00fcber.md", ["u\u0308ber.md"], "u\u0308ber.md", id="unicode-form"),
        pytest.param("STRASSE.md", ["straße.md"], "straße.md", id="more-letters"),
        pytest.param("trip.md", ["tripp.md"], None, id="another"),
    ],
)
def test_names_that_are_one_file_elsewhere_are_found(
    name: str, others: list[str], twin: str | None
) -> None:
    assert same_elsewhere(name, others) == twin


def test_links_are_followed_but_not_out_of_the_project(tmp_path: Path) -> None:
    project, outside = tmp_path / "blog", tmp_path / "secret"
    (project / "posts").mkdir(parents=True)
    outside.mkdir()
    (project / "posts" / "a.md").write_text("a")
    (project / "posts" / "to-a.md").symlink_to("a.md")
    (project / "posts" / "out.md").symlink_to(outside / "x.md")
    (project / "folder").symlink_to(outside)
    (project / "loop").symlink_to("loop")
    root = project.resolve()
    assert inside(project, PurePosixPath("posts/to-a.md")) == root / "posts" / "a.md"
    assert inside(project, PurePosixPath("posts/new.md")) == root / "posts" / "new.md"
    for path in ("posts/out.md", "folder/x.md", "folder"):
        with pytest.raises(PathRefused, match="out of the project"):
            inside(project, PurePosixPath(path))
