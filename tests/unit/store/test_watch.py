"""Bursts of events become one look at the files."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pybridge.scripts_store.watch import FolderSignals, settled


class Script:
    """Signals at given times, on a clock of their own."""

    def __init__(self, times: list[float]) -> None:
        self.now = 0.0
        self._times = list(times)

    def wait(self, timeout_s: float | None) -> bool:
        if not self._times:
            self.now += timeout_s or 0
            return False
        if timeout_s is not None and self._times[0] > self.now + timeout_s:
            self.now += timeout_s
            return False
        self.now = max(self.now, self._times.pop(0))
        return True


@pytest.mark.parametrize(
    ("times", "looks"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([5.0], [5.1], id="one-save"),
        pytest.param([5.0, 5.01, 5.05, 5.12], [5.22], id="an-editor-that-writes-in-steps"),
        pytest.param([5.0, 9.0], [5.1, 9.1], id="two-saves"),
        pytest.param([n * 0.05 for n in range(60)], [1.0, 2.05, 3.05], id="a-storm-that-goes-on"),
    ],
)
def test_a_burst_is_looked_at_once_it_is_quiet(times: list[float], looks: list[float]) -> None:
    signals = Script(times)
    seen = [
        round(signals.now, 2)
        for _ in settled(signals, quiet_s=0.1, longest_s=1.0, clock=lambda: signals.now)
    ]
    assert seen == looks


@pytest.mark.parametrize(
    ("act", "matters"),
    [
        pytest.param(lambda f: (f / "a.py").write_text("x"), True, id="write"),
        pytest.param(lambda f: (f / "old.py").rename(f / "new.py"), True, id="rename"),
        pytest.param(lambda f: (f / ".old.py.swp").rename(f / "old.py"), True, id="swap-in"),
        pytest.param(lambda f: (f / "old.py").unlink(), True, id="delete"),
        pytest.param(lambda f: (f / "old.py").read_text(), False, id="reading"),
        pytest.param(lambda f: (f / ".a.py.swp").write_text("x"), False, id="swap-file"),
        pytest.param(lambda f: (f / "out" / "a.md").write_text("x"), False, id="our-output"),
        pytest.param(lambda f: (f / "loop" / "old.py").read_text(), False, id="link-in-circles"),
    ],
)
def test_the_system_tells_of_real_changes(
    tmp_path: Path, act: Callable[[Path], object], matters: bool
) -> None:
    (tmp_path / "old.py").write_text("x")
    (tmp_path / ".old.py.swp").write_text("y")
    (tmp_path / "out").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path)
    with FolderSignals(tmp_path, skip=tmp_path / "out") as signals:
        while signals.wait(0.05):  # what happened before
            pass
        act(tmp_path)
        assert signals.wait(5.0 if matters else 0.1) is matters


def test_closing_ends_the_waiting(tmp_path: Path) -> None:
    signals = FolderSignals(tmp_path)
    signals.close()
    assert list(settled(signals)) == []


WATCHES = """
import sys
from pathlib import Path
from pybridge.scripts_store.watch import FolderSignals

with FolderSignals(Path(sys.argv[1])) as signals:
    print("watches", flush=True)
    print(signals.wait(20), flush=True)
"""
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.mark.skipif(not QUEUE.is_file(), reason="the system has another kind of watch")
def test_reading_files_hides_no_change(tmp_path: Path) -> None:
    """As a comparison of all files does while the watch is behind."""
    read = tmp_path / "read.md"
    read.write_text("# x\n")
    command = [sys.executable, "-c", WATCHES, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline() == "watches\n"
        watching.send_signal(signal.SIGSTOP)
        for _ in range(int(QUEUE.read_text())):
            read.read_bytes()
        (tmp_path / "new.md").write_text("# y\n")
        watching.send_signal(signal.SIGCONT)
        assert watching.stdout.readline() == "True\n"
