"""Watching processes from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ORPHAN = """
import sys
from pybridge.engines import EngineChoice, open_engine
choices = {"component": EngineChoice("wasi", python="component")}
engine = open_engine(choices.get(sys.argv[1], sys.argv[1]))
inner = getattr(engine.inner, "supervisors", [engine.inner])[0]
print(inner.channel.pid, flush=True)
if sys.argv[2] == "busy":
    import threading
    busy = "import re; re.match('(a+)+$', 'a' * 60 + 'b')"
    threading.Thread(target=engine.run, args=({"path": "x.py", "content": busy}, []), daemon=True).start()
sys.stdin.read()
"""


def child_dies_with_its_parent(engine: str, state: str) -> None:
    """Kill a process that has the engine open; wait until the engine's worker is gone."""
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN, engine, state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        if state == "busy":
            wait_until(lambda: cpu_ticks(child) > 40)
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_alive(child))


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "condition not met in time"
        os.sched_yield()


def cpu_ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}
