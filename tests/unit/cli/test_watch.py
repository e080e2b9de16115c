"""Saving a macro renders the documents that use it."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pybridge import abi
from pybridge.commands.work.watch import WatchRequest, watch
from pybridge.engines import EngineChoice
from pybridge.errors import UsageError
from pybridge.project.discover import require_project
from tests.amounts import amount

MACRO = "ALIASES = ['other']\ndef render(context):\n    return {{'text': '{}'}}\n"

SAVES = amount(200, 1000)


class Saves:
    """Signals that save something each time they are waited for."""

    def __init__(self, saves: list[Callable[[], object]]) -> None:
        self._saves = iter(saves)

    def wait(self, timeout_s: float | None) -> bool:
        if timeout_s is not None:
            return False
        save = next(self._saves, None)
        if save is not None:
            save()
        return save is not None


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/map.py").write_text(MACRO.format(0))
    (tmp_path / "scripts/pic.py").write_text(MACRO.format("pic").replace("other", "another"))
    (tmp_path / "a.md").write_text("[[map]]")
    (tmp_path / "b.md").write_text("[[other]] [[pic]]")
    (tmp_path / "c.md").write_text("`[[map]]`")
    return tmp_path


def turns(site: Path, *saves: Callable[[], object]) -> Iterator[dict[str, object]]:
    request = WatchRequest(require_project(site, site), EngineChoice("native"))
    for turn in watch(request, Saves(list(saves))):
        assert abi.validate("cli-watch", turn) == []
        yield turn


def output(site: Path, name: str) -> str:
    return (site / ".pybridge" / "preview" / name).read_text()


def rendered(turn: dict[str, object]) -> list[str]:
    entries = turn["rendered"]
    assert isinstance(entries, list)
    return [entry["path"] for entry in entries]


def test_only_what_is_concerned_is_rendered(site: Path) -> None:
    def save(name: str, text: str) -> Callable[[], object]:
        return lambda: (site / name).write_text(text)

    seen = list(
        turns(
            site,
            save("scripts/map.py", MACRO.format(1)),
            save("scripts/pic.py", MACRO.format("new").replace("other", "another")),
            save("c.md", "[[pic]]"),
            save("scripts/notes.txt", "no script"),
            save("scripts/map.py", "def render(:\n"),
            (site / "scripts/map.py").unlink,
            save("scripts/_helper.py", "x = 1\n"),
            save("pybridge.toml", 'mainLanguage = "de"\n'),
        )
    )
    assert [rendered(turn) for turn in seen] == [
        [], ["a.md", "b.md"], ["b.md"], ["c.md"], ["a.md", "b.md"], ["a.md"],
        ["a.md", "b.md", "c.md"], ["a.md", "b.md", "c.md"],
    ]  # fmt: skip
    assert output(site, "b.md") == "[[other]] new"
    problems = seen[4]["problems"]
    assert isinstance(problems, list)
    assert [problem["code"] for problem in problems] == ["syntax"]
    assert seen[5]["removed"] == ["scripts/map.py"]


@pytest.mark.timeout(600)  # three times to the medium for each of them
@pytest.mark.skipif(os.name != "posix", reason="Windows does not say when a file was renamed")
def test_the_time_of_a_renamed_document_counts_from_its_renaming(site: Path) -> None:
    os.utime(site / "a.md", (1, 1))
    first, renamed = turns(site, lambda: (site / "a.md").rename(site / "A.md"))
    assert first["rendered"] == []
    assert [file["path"] for file in renamed["rendered"]] == ["A.md"]  # type: ignore[attr-defined]
    assert isinstance(renamed["ms"], float)
    assert 0 <= renamed["ms"] < 60_000


def test_previews_of_documents_that_are_gone_go_too(site: Path) -> None:
    def rename(old: str, new: str) -> Callable[[], object]:
        (site / new).parent.mkdir(exist_ok=True)
        return lambda: (site / old).rename(site / new)

    (site / "out").mkdir()
    watched = turns(
        site,
        rename("a.md", "A.md"),
        rename("A.md", "sub/b.md"),
        rename("b.md", "c.md"),
        rename("sub", "sub2/sub"),
        (site / "c.md").unlink,
        lambda: (site / "sub2/sub/b.md").write_text("[[map]] again"),
    )
    assert next(watched)["rendered"] == []
    found = []
    for _ in watched:
        preview = site / ".pybridge" / "preview"
        found.append({path.relative_to(preview).as_posix() for path in preview.rglob("*.md")})
    assert found == [
        {"A.md"},
        {"sub/b.md"},
        {"sub/b.md", "c.md"},
        {"sub2/sub/b.md", "c.md"},
        {"sub2/sub/b.md"},
        {"sub2/sub/b.md"},
    ]


@pytest.mark.parametrize("html", [False, True])
def test_in_a_folder_of_the_users_only_what_watch_wrote_is_removed(site: Path, html: bool) -> None:
    out, suffix = site / "out", ".html" if html else ".md"
    out.mkdir()
    for name in ("a", "b"):
        (out / f"{name}{suffix}").write_text("mine")
    request = WatchRequest(require_project(site, site), EngineChoice("native"), out=out, html=html)
    saves = [
        lambda: (site / "a.md").write_text("[[map]] new"),
        lambda: (site / "a.md").rename(site / "d.md"),
        (site / "b.md").unlink,
    ]
    for _ in watch(request, Saves(saves)):
        pass
    assert not (out / f"a{suffix}").exists()
    assert (out / f"b{suffix}").read_text() == "mine"
    assert (out / f"d{suffix}").exists()


def previews(site: Path) -> set[str]:
    folder = site / ".pybridge" / "preview"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_previews_of_documents_that_were_renamed_while_nobody_watched_go_too(site: Path) -> None:
    assert len(list(turns(site, lambda: (site / "a.md").write_text("[[map]] 2")))) == 2
    assert previews(site) == {"a.md"}
    (site / "a.md").rename(site / "d.md")
    assert len(list(turns(site))) == 1
    assert previews(site) == set()


def test_a_file_beside_a_document_keeps_no_page(site: Path) -> None:
    (site / "a.jpg").write_bytes(b"picture")
    (site / "b.txt").write_text("[[map]] is the same page as b.md")
    (site / "pybridge.toml").write_text('include = ["**/*.md", "**/*.txt"]\n')
    request = WatchRequest(require_project(site, site), EngineChoice("native"), html=True)
    saves: list[Callable[[], object]] = [
        lambda: (site / "scripts/map.py").write_text(MACRO.format(1)),
        lambda: (site / "a.md").unlink(),
        lambda: (site / "b.txt").unlink(),
    ]
    found = [previews(site) for _ in watch(request, Saves(saves))]
    assert found == [set(), {"a.html", "b.html"}, {"b.html"}, {"b.html"}]


def test_what_a_failed_turn_had_to_do_is_part_of_the_next(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("pybridge.commands.work.watch")
    render_again, failures = module.render_again, [UsageError("the disk is full")]

    def fail_once(*arguments: Any) -> list[Any]:
        if failures:
            raise failures.pop()
        rendered: list[Any] = render_again(*arguments)
        return rendered

    monkeypatch.setattr(module, "render_again", fail_once)
    _, failed, next_turn = turns(
        site,
        lambda: (site / "scripts/map.py").write_text(MACRO.format(1)),
        lambda: (site / "notes.txt").write_text("changes nothing"),
    )
    assert failed["notes"] == ["the disk is full"]
    assert rendered(next_turn) == ["a.md", "b.md", "c.md"]
    assert output(site, "a.md") == "1"


def test_settings_that_cannot_be_read_are_named_once(site: Path) -> None:
    seen = turns(
        site,
        lambda: (site / "pybridge.toml").write_text("mainLanguage = \n"),
        lambda: (site / "a.md").write_text("[[map]] with the settings before"),
        lambda: (site / "pybridge.toml").write_text('mainLanguage = "de"\n'),
        lambda: (site / "pybridge.toml").write_text("unreadable again\n"),
    )
    notes = [turn["notes"] for turn in seen]
    assert [len(each) for each in notes] == [0, 1, 0, 0, 1]  # type: ignore[arg-type]
    assert "pybridge.toml" in str(notes[1])


@pytest.mark.skipif(os.name != "posix", reason="Windows does not say when a folder was renamed")
def test_the_time_of_documents_in_a_renamed_folder_counts_from_its_renaming(site: Path) -> None:
    (site / "old").mkdir()
    (site / "old" / "x.md").write_text("[[map]]")
    time.sleep(0.5)
    began: list[float] = []

    def rename() -> None:
        began.append(time.time())
        (site / "old").rename(site / "new")

    _, renamed = turns(site, rename)
    assert isinstance(renamed["ms"], float)
    assert (
        0 <= renamed["ms"] <= (time.time() - began[0]) * 1000 + 50
    )  # the clock of files is coarse


def test_many_saves_leave_nothing_behind(site: Path) -> None:
    def save(number: int) -> Callable[[], object]:
        return lambda: (site / "scripts/map.py").write_text(MACRO.format(number))

    handles: list[int] = []
    threads: list[int] = []
    times: list[float] = []
    for turn in turns(site, *map(save, range(1, SAVES + 1))):
        handles.append(open_files())
        threads.append(threading.active_count())
        if isinstance(turn["ms"], float):
            times.append(turn["ms"])
    assert output(site, "a.md") == str(SAVES)
    assert len(times) == SAVES
    assert handles[-1] <= handles[10]
    assert threads[-1] <= threads[10]
    part = SAVES // 5
    early, late = sorted(times[part // 4 : part // 4 + part]), sorted(times[-part:])
    # The quickest of the last: a machine that is busy by then slows some of them, a leak slows all.
    assert late[0] < 3 * early[part // 2], "the last saves are as quick as the first"


@pytest.mark.skipif(os.name == "nt", reason="interrupts as a terminal does")
def test_the_command_prints_the_time_from_save_to_output(site: Path) -> None:
    command = [sys.executable, "-m", "pybridge", "watch", "--engine", "native", "--json"]
    process = subprocess.Popen(
        command, cwd=site, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        first = json.loads(process.stdout.readline())
        assert (first["ms"], first["rendered"]) == (None, [])
        saved = time.time()
        (site / "scripts/map.py").write_text(MACRO.format("saved"))
        turn = json.loads(process.stdout.readline())
        assert 0 < turn["ms"] < (time.time() - saved) * 1000 + 100
        assert output(site, "a.md") == "saved"
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.strip()) == (130, "")


def open_files() -> int:
    """How many handles this process has; 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0
