"""Storms of changes: few scans, bounded memory, answers meanwhile, and the last change is reported."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.amounts import amount
from tests.service.processes import Served

CHANGES = amount(4_000, 40_000)
"""Each is two or three events of the system: 100,000 with `--long`."""


def rewritten(root: Path) -> None:
    for number in range(CHANGES):
        (root / "posts" / "trip.md").write_text(f"# {number}\n", "utf-8")


def made_and_deleted(root: Path) -> None:
    for number in range(CHANGES):
        path = root / "posts" / f"{number}.md"
        path.write_text("# x\n", "utf-8")
        path.unlink()


def renamed(root: Path) -> None:
    names = [root / "posts" / "trip.md", root / "posts" / "tour.md"]
    for number in range(CHANGES):
        names[number % 2].rename(names[(number + 1) % 2])


def folders(root: Path) -> None:
    for number in range(CHANGES // 4):
        folder = root / "posts" / str(number % 50) / str(number)
        folder.mkdir(parents=True)
        (folder / "note.md").write_text("# x\n", "utf-8")


def hidden(root: Path) -> None:
    (root / ".git").mkdir()
    for number in range(CHANGES):
        (root / ".git" / "index").write_text(str(number), "utf-8")


def memory_mib(served: Served) -> float:
    if sys.platform != "linux":
        return 0.0
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.mark.parametrize("storm", [rewritten, made_and_deleted, renamed, folders, hidden])
def test_a_storm_costs_few_events_and_hides_no_change(
    root: Path, storm: Callable[[Path], None]
) -> None:
    with Served(root, wait_s=120) as served:
        served.call("project.info")
        before = memory_mib(served)
        blowing = threading.Thread(target=storm, args=(root,))
        blowing.start()
        while blowing.is_alive():
            assert served.call("scripts.list")["scripts"]
            blowing.join(0.2)
        newest = max(
            (path for path in root.rglob("*.md")), key=lambda path: path.stat().st_mtime_ns
        )
        last = newest.with_name("last.md")
        last.write_text("# last\n", "utf-8")
        told = f"{last.relative_to(root).as_posix()}"
        while told not in served.event("documents.changed")["changed"]:
            pass
        assert memory_mib(served) - before < 150
        served.end_input()
        events = [each for each in served.rest() if "method" in each]
        assert len(events) < 200, "an event for each change"
        assert served.ended() == 0
