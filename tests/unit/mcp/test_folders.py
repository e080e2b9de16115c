"""Approved folders: copied in, written back, never left through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pybridge.errors import UsageError
from pybridge.mcp.folders.approved import Approved, approved, chosen
from pybridge.mcp.folders.copies import files_of, write_back
from pybridge.mcp.runs.request import RunLimits
from tests.unit.mcp.conftest import connected

LIMITS = RunLimits(files_bytes=10_000, file_count=10)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with files, links out of it, a pipe; and a secret beside it."""
    root = tmp_path.resolve() / "data"
    (root / "in" / "deep").mkdir(parents=True)
    (root / "a.txt").write_text("a", "utf-8")
    (root / "in" / "deep" / "b.txt").write_text("b", "utf-8")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("secret", "utf-8")
    (root / "file-link").symlink_to(tmp_path / "secret" / "key")
    (root / "folder-link").symlink_to(tmp_path / "secret")
    (root / "inner-link").symlink_to(root / "in")
    os.mkfifo(root / "pipe")
    return root


def test_only_ordinary_files_are_read(place: Path) -> None:
    found = files_of([approved(str(place))], LIMITS)
    assert found == {f"{place}/a.txt": b"a", f"{place}/in/deep/b.txt": b"b"}


@pytest.mark.parametrize("limits", [RunLimits(files_bytes=1), RunLimits(file_count=1)])
def test_too_much_is_refused(place: Path, limits: RunLimits) -> None:
    with pytest.raises(UsageError, match="approved_folders"):
        files_of([approved(str(place))], limits)


@pytest.mark.parametrize(
    "text", ["/", "/workspace", "/run", "/usr/local", "nothing", "/dev/null", ""]
)
def test_folders_that_no_run_can_have_are_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    if text == "":
        assert approved(text).place == tmp_path.resolve()
        return
    with pytest.raises(UsageError, match="--folder"):
        approved(text)


def test_arguments_only_intersect(place: Path) -> None:
    folders = [approved(f"{place}:rw"), approved(str(place.parent / "secret"))]

    def seen(asked: list[str] | None, files: str = "write") -> list[tuple[str, bool]]:
        return [(each.guest, each.is_writable) for each in chosen(folders, asked, files)[0]]

    secret = f"{place.parent}/secret"
    assert seen(None) == [(str(place), True), (secret, False)]
    assert seen(None, "read") == [(str(place), False), (secret, False)]
    assert seen(None, "none") == []
    assert seen([]) == []
    assert seen([f"{place}/in"]) == [(f"{place}/in", True)]
    assert seen([str(place.parent)]) == [(str(place), True), (secret, False)]
    for text in ("/etc", "relative", f"{place}/../../etc", f"{place}x", "\0", "/proc/self"):
        assert chosen(folders, [text], "write") == ([], [text])


def test_a_part_that_is_a_link_out_has_nothing_in_it(place: Path) -> None:
    [part], _ = chosen([approved(f"{place}:rw")], [f"{place}/folder-link"], "write")
    assert files_of([part], LIMITS) == {}
    [done] = write_back([part], {}, {f"{place}/folder-link/new": b"x"})
    assert done.change == "refused"
    assert not (place.parent / "secret" / "new").exists()


def test_changes_are_written_back(place: Path) -> None:
    folder = approved(f"{place}:rw")
    given = files_of([folder], LIMITS)
    changed = {f"{place}/a.txt": b"A", f"{place}/in/deep/b.txt": None, f"{place}/new/c.txt": b"c"}
    done = write_back([folder], given, changed)
    assert [(each.path, each.change) for each in done] == [
        (f"{place}/a.txt", "written"),
        (f"{place}/in/deep/b.txt", "removed"),
        (f"{place}/new/c.txt", "written"),
    ]
    assert files_of([folder], LIMITS) == {f"{place}/a.txt": b"A", f"{place}/new/c.txt": b"c"}


@pytest.mark.parametrize(
    "name", ["file-link", "folder-link/key", "folder-link/new", "inner-link/deep/b.txt", "pipe", "pipe/x", "in",
             "../secret/key", "a.txt/x"]
)  # fmt: skip
@pytest.mark.parametrize("content", [b"evil", None])
def test_links_and_others_are_never_written(place: Path, name: str, content: bytes | None) -> None:
    folder = approved(f"{place}:rw")
    given = files_of([folder], LIMITS)
    before = {path: path.lstat().st_mode for path in place.parent.rglob("*")}
    done = write_back([folder], given, {f"{place}/{name}": content})
    assert [each.change for each in done] in ([], ["refused"])
    assert {path: path.lstat().st_mode for path in place.parent.rglob("*")} == before
    assert (place.parent / "secret" / "key").read_text("utf-8") == "secret"
    assert (place / "in" / "deep" / "b.txt").read_text("utf-8") == "b"


def test_a_file_that_changed_meanwhile_is_kept(place: Path) -> None:
    folder = approved(f"{place}:rw")
    given = files_of([folder], LIMITS)
    (place / "a.txt").write_text("mine", "utf-8")
    (place / "new").write_text("mine", "utf-8")
    done = write_back([folder], given, {f"{place}/a.txt": b"x", f"{place}/new": b"x"})
    assert [each.change for each in done] == ["refused", "refused"]
    assert (place / "a.txt").read_text("utf-8") == (place / "new").read_text("utf-8") == "mine"


def test_read_only_folders_are_never_written(place: Path) -> None:
    folders = [approved(f"{place}:rw"), Approved(place, place / "in", is_writable=False)]
    given = files_of(folders, LIMITS)
    [done] = write_back(folders, given, {f"{place}/in/deep/b.txt": b"x"})
    assert (done.change, done.reason) == ("refused", "the folder is read-only")


def test_code_sees_and_changes_approved_folders(place: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"enterprise": {"minimumLevel": "secure"}}', "utf-8")
    options = ["--folder", f"{place}/in", "--folder", f"{place}:rw", "--policy", str(policy)]
    with connected(options, cwd=tmp_path) as assistant:
        code = f"import os\nopen('{place}/a.txt', 'a').write('!')\nopen('{place}/in/x', 'w').write('x')\nsorted(os.listdir('{place}'))"
        done = assistant.run(code)
        assert done["value"] == ["a.txt", "in"]
        assert [(each["path"], each["change"]) for each in done["changes"]] == [
            (f"{place}/a.txt", "written"),
            (f"{place}/in/x", "refused"),
        ]
        assert (place / "a.txt").read_text("utf-8") == "a!"
        assert assistant.run(f"open('{place}/secret')", approved_folders=["/etc"])["notes"] == ["not an approved folder: /etc"]  # fmt: skip
        killed = assistant.run(f"open('{place}/a.txt', 'w').write('half')\nwhile True: pass", timeout_seconds=6)  # fmt: skip
        assert killed["changes"][0]["change"] == "refused"
        assert (place / "a.txt").read_text("utf-8") == "a!"
        kept = assistant.run(f"open('{place}/s', 'w').write('s')", session="s")
        assert [each["change"] for each in kept["changes"]] == ["written"]
        for wrong in ("yolo", "balanced", "open"):
            with pytest.raises(Exception, match=wrong):
                assistant.run("1", policy_id=wrong)
