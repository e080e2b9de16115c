"""The script store on 10,000 scripts, against a bare walk over the same files."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pybridge.bench.statistics import Samples
from pybridge.project.discover import Project
from pybridge.scripts_store.index.database import Index
from pybridge.scripts_store.storage.disk import Disk
from pybridge.scripts_store.sync import apply, compare_files, sync
from pybridge.scripts_store.workspace import Workspace

SCRIPTS = 10_000

_FOLDERS = 100
_SCRIPT = Path(__file__).parents[1] / "macros" / "badge.py"


class SettledDisk(Disk):
    """Reads as if some time had passed since the files were written."""

    def now_ns(self) -> int:
        """Return a time at which no file can change unnoticed any more."""
        return super().now_ns() + 10_000_000_000


@contextmanager
def script_folder(count: int = SCRIPTS) -> Iterator[Workspace]:
    """Make a project of *count* scripts that differ, as large as real ones; deleted at the end."""
    root = Path(tempfile.mkdtemp(prefix="pybridge-bench-"))
    body = _SCRIPT.read_text("utf-8")
    try:
        for number in range(count):
            folder = root / "scripts" / f"{number % _FOLDERS:02}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"script_{number}.py").write_text(f"{body}\n# {number}\n", "utf-8")
        yield Workspace(Project(root), SettledDisk())
    finally:
        shutil.rmtree(root)


def measure_store(_session: object, turns: int) -> Mapping[str, Samples]:
    """Return the store's figures; no browser is needed for them."""
    with script_folder() as workspace:
        return {
            "store_first_sync": first_sync_share(workspace, 2),
            "store_sync_unchanged": sync_unchanged(workspace, turns),
            "store_sync_one_changed": sync_one_changed(workspace, turns),
        }


def walk_and_stat(workspace: Workspace) -> int:
    """Do what any sync has to do at least; return how many files there are."""
    files = 0
    for folder, _, names in os.walk(workspace.root):
        for name in names:
            os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - bare, as the baseline says
            files += 1
    return files


def sync_unchanged(workspace: Workspace, turns: int) -> Samples:
    """Milliseconds of a sync with nothing to do; baseline: walk and stat. The index must be there."""
    sync(workspace)
    return _in_turn(workspace, turns, lambda _: None)


def sync_one_changed(workspace: Workspace, turns: int) -> Samples:
    """Milliseconds of a sync after one file changed; baseline: walk and stat."""
    sync(workspace)
    script = next(workspace.root.glob("scripts/*/*.py"))
    text = script.read_text("utf-8")
    return _in_turn(workspace, turns, lambda turn: script.write_text(f"{text}# turn {turn}\n"))


def first_sync_share(workspace: Workspace, turns: int) -> Samples:
    """Milliseconds that SQL and index take in a first sync; baseline: all of that sync."""
    ours, whole = [], []
    for _ in range(turns):
        shutil.rmtree(workspace.index_path.parent, ignore_errors=True)
        started = time.perf_counter()
        opening = time.perf_counter()
        with Index.open(workspace.index_path) as index:
            opened = time.perf_counter() - opening
            seen = compare_files(workspace, index)
            before = time.perf_counter()
            apply(index, seen)
        ended = time.perf_counter()
        ours.append((opened + ended - before) * 1000)
        whole.append((ended - started) * 1000)
    return Samples(tuple(ours), tuple(whole))


def _in_turn(workspace: Workspace, turns: int, prepare: Callable[[int], object]) -> Samples:
    ours, baseline = [], []
    for turn in range(turns + 1):
        baseline.append(_ms(lambda: walk_and_stat(workspace)))
        prepare(turn)
        ours.append(_ms(lambda: sync(workspace)))
    return Samples(tuple(ours[1:]), tuple(baseline[1:]))


def _ms(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
