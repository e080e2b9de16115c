"""Files in and out of `pybridge python`: within limits, ordinary ones only, and no more said than was done."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pybridge import abi
from pybridge.commands.processes.inputs import contents, counted
from pybridge.commands.processes.mapped import Mapped, mapped_in, mapped_out
from pybridge.commands.processes.outputs import write_out
from pybridge.errors import DocumentUnreadable, OutputFailed, PybridgeError, UsageError
from pybridge.processes import Completed, ProcessLimits
from pybridge.storage.atomic import write_atomically
from pybridge.storage.own_folder import LinkInTheWay
from tests.unit.cli.test_python import pybridge

SMALL = ProcessLimits(files_bytes=10, file_count=3)


def read(mapped: list[Mapped], limits: ProcessLimits = SMALL) -> dict[str, bytes]:
    return contents(counted(mapped, limits), limits)


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read before all files were counted")

    monkeypatch.setattr("pybridge.commands.processes.inputs.read_regular", refuse)


@pytest.mark.parametrize(
    ("sizes", "problem"),
    [
        ([11], "10 bytes"),
        ([5, 6], "10 bytes"),
        ([0, 0, 0, 0], "3 files"),
        ([1 << 40], "10 bytes"),
    ],
)
@pytest.mark.parametrize("is_folder", [True, False])
def test_files_are_counted_before_one_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sizes: list[int],
    problem: str,
    is_folder: bool,
) -> None:
    for number, size in enumerate(sizes):
        with (tmp_path / str(number)).open("wb") as file:
            file.truncate(size)
    forbid_reading(monkeypatch)
    each = [Mapped(path, f"/{path.name}") for path in tmp_path.iterdir()]
    with pytest.raises(UsageError, match=problem):
        read([Mapped(tmp_path, "/data")] if is_folder else each)


def test_a_file_that_grows_meanwhile_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 9)
    found = counted([Mapped(tmp_path, "/d")], SMALL)
    (tmp_path / "a").write_bytes(b"x" * 11)
    with pytest.raises(UsageError, match="10 bytes"):
        contents(found, SMALL)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


def make_linked_pipe(path: Path) -> None:
    os.mkfifo(f"{path}.p")
    path.symlink_to(f"{path}.p")


SPECIAL: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "socket": make_socket,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link to a pipe": make_linked_pipe,
}


@pytest.mark.parametrize("name", SPECIAL)
def test_only_ordinary_files_go_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    SPECIAL[name](tmp_path / "special")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DocumentUnreadable, match="no ordinary file"):
        read([Mapped(tmp_path / "special", "/a")])
    assert read([Mapped(tmp_path, "/")]) == {"/file": b"x"}
    assert read([Mapped(tmp_path / "link", "/a")]) == {"/a": b"x"}
    assert read([Mapped(tmp_path / "empty", "/a")]) == {}


def test_a_folder_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    real = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("in"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DocumentUnreadable, match="in: not allowed to read it"):
        read([Mapped(tmp_path, "/d")])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("arguments", [("FILE",), ("-c", "", "--file", ".:/d")])
@pytest.mark.parametrize("option", [(), ("--json",)])
def test_a_file_name_that_is_not_text_is_named(
    tmp_path: Path, arguments: tuple[str, ...], option: tuple[str, ...]
) -> None:
    name = os.fsdecode(b"a\xff.py")
    (tmp_path / name).write_text("print(1)")
    given = [name if each == "FILE" else each for each in arguments]
    done = pybridge("python", *given, *option, cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    told = json.loads(done.stdout)["error"]["message"] if option else done.stderr
    assert "a\\xff.py' is not UTF-8" in told
    argument = pybridge("python", "-c", "print(1)", name, cwd=tmp_path)
    assert argument.returncode == 2
    assert "/argv/3: is not text" in argument.stderr
    alone = pybridge(
        "python", "-c", "print(open('/a').read())", "--file", f"{name}:/a", cwd=tmp_path
    )
    assert (alone.returncode, alone.stdout) == (0, "print(1)\n")


DONE = Completed(0, files={"/home/user/a": b"new", "/b": b"b", "/gone": None}, has_files=True)


def entries(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return what lies in *folder*, by what writing changes: reading a link may change its access time."""
    found = {path.name: path.lstat() for path in folder.iterdir()}
    return {
        name: (
            status.st_ino,
            status.st_mode,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
        )
        for name, status in found.items()
    }


def none_missing(each: Mapped) -> None:
    raise AssertionError(each)


@pytest.mark.parametrize("name", SPECIAL)
@pytest.mark.parametrize("guest", ["/home/user/a", "/home/user"])
def test_nothing_but_ordinary_files_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, guest: str
) -> None:
    monkeypatch.chdir(tmp_path)
    host = tmp_path / "out"
    host.mkdir()
    SPECIAL[name](host / "a")
    before = entries(host)
    to = host / "a" if guest.endswith("a") else host
    first = Mapped(tmp_path / "first", "/b")
    with pytest.raises((OutputFailed, LinkInTheWay)):
        write_out(DONE, {}, [first, Mapped(to, guest)], none_missing)
    assert entries(host) == before
    assert not first.host.exists()


@pytest.mark.parametrize("name", ["pipe", "socket", "folder"])
@pytest.mark.parametrize("has_root", [True, False])
def test_writing_replaces_no_pipe_socket_or_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, has_root: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    make = {**SPECIAL, "folder": Path.mkdir}[name]
    make(tmp_path / "a")
    before = entries(tmp_path)
    with pytest.raises(OutputFailed, match="cannot write: it is a"):
        write_atomically(tmp_path / "a", b"x", root=tmp_path if has_root else None)
    assert entries(tmp_path) == before


@pytest.mark.parametrize("is_absolute", [True, False])
def test_a_link_is_written_through(tmp_path: Path, is_absolute: bool) -> None:
    (tmp_path / "out" / "deep").mkdir(parents=True)
    real = tmp_path / "out" / "deep" / "real"
    real.write_text("old")
    real.chmod(0o640)
    link = tmp_path / "out" / "a"
    link.symlink_to(real if is_absolute else "deep/real")
    for mapped in (Mapped(link, "/home/user/a"), Mapped(tmp_path / "out", "/home/user")):
        real.write_text("old")
        write_out(DONE, {}, [mapped], none_missing)
        assert (link.is_symlink(), real.read_text()) == (True, "new")
        assert real.stat().st_mode & 0o777 == 0o640


def test_a_link_to_nothing_is_filled_and_one_to_itself_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("missing")
    write_atomically(tmp_path / "link", b"x")
    assert (tmp_path / "missing").read_bytes() == b"x"
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputFailed):
        write_atomically(tmp_path / "loop", b"x")
    assert (tmp_path / "loop").is_symlink()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "secret").write_text("old")
    (tmp_path / "out" / "a").symlink_to("../secret")
    with pytest.raises(LinkInTheWay):
        write_out(DONE, {}, [Mapped(tmp_path / "out", "/home/user")], none_missing)
    assert (tmp_path / "secret").read_text() == "old"
    assert (tmp_path / "out" / "a").is_symlink()


def test_the_root_and_folders_with_a_slash_can_be_kept(tmp_path: Path) -> None:
    assert mapped_out("/:x") == Mapped(Path("x"), "/")
    assert mapped_out("/a/:x/") == Mapped(Path("x"), "/a")
    assert mapped_in("x/:/a/") == Mapped(Path("x"), "/a")
    write_out(DONE, {"/given": b"g"}, [Mapped(tmp_path, "/")], none_missing)
    found = {
        path.relative_to(tmp_path).as_posix(): path.read_text()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert found == {"home/user/a": "new", "b": "b", "given": "g"}


@pytest.mark.parametrize("failing", [0, 1, 2, 7])
def test_what_was_written_before_a_failure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    files = {f"/d/{number}": b"x" for number in range(9)}
    calls: list[Path] = []

    def write(path: Path, content: bytes, *, root: Path | None) -> None:
        if len(calls) == failing:
            raise OutputFailed(path, OSError(28, "No space left on device"))
        calls.append(path)
        write_atomically(path, content, root=root)

    monkeypatch.setattr("pybridge.commands.processes.outputs.write_atomically", write)
    done = Completed(0, files=files, has_files=True)
    with pytest.raises(PybridgeError) as raised:
        write_out(done, {}, [Mapped(tmp_path, "/d")], none_missing)
    text = str(raised.value)
    assert f"{tmp_path / str(failing)}: cannot write: No space left on device" in text
    assert ("nothing was changed" in text) is (failing == 0)
    assert all(str(tmp_path / str(number)) in text for number in range(min(failing, 5)))
    assert ("2 more" in text) is (failing == 7)
    assert abi.validate("error", raised.value.to_json()) == []
    assert len(list(tmp_path.iterdir())) == failing


def test_files_that_were_not_read_back_are_not_written(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("given")
    code = "for n in range(10 ** 9): open(str(n), 'wb').write(bytes(10 ** 7))"
    options = ("--file", "in:/home/user/in", "--out", "/home/user/in:out", "--out", "/x:y")
    done = pybridge("python", "-c", code, *options, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "warning: no file was written: those of the program were not read back\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_files_are_kept_after_a_timeout(tmp_path: Path) -> None:
    code = "open('/x', 'w').write('early')\nwhile True: pass"
    done = pybridge("python", "-c", code, "--timeout", "3", "--out", "/x:y", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "y").read_text()) == (124, "early")
