"""Start writers and kill them in the middle, again and again; run in a process of its own."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

from pybridge.project.discover import Project
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.workspace import INDEX, Workspace

END = "# the end\n"
HEADER = '"""\n---\nslug: "s{n}"\ntitle: "T"\nversion: 1\n---\n"""\n'


def write_and_sync(root: Path, seed: int) -> None:
    """Change scripts in every way until someone ends it."""
    choice = random.Random(seed)
    store = ScriptStore(Workspace(Project(root)))
    while True:
        name = f"scripts/s{choice.randrange(20)}.py"
        text = (
            HEADER.format(n=name[9:-3]) + f"x = {choice.random()}\n" * choice.randrange(200) + END
        )
        if choice.random() < 0.3:
            store.workspace.disk.write(
                root / name, text.encode(), root=root
            )  # as an editor that replaces files does
            sync(store.workspace)
        else:
            store.update(name, content=text)


def killed_after(root: Path, seed: int, delay_s: float) -> None:
    """Let a child write for a moment, then kill it as nothing can be killed more."""
    child = os.fork()
    if child == 0:
        try:
            write_and_sync(root, seed)
        finally:
            os._exit(9)  # it never ends by itself
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"turn {seed}: the writer ended by itself: {status}"


def check(root: Path) -> None:
    """The index opens and is sound; a script written by the store is never half a file."""
    connection = sqlite3.connect(root / INDEX)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*) FROM scripts").fetchone()[0] > 0
    connection.close()
    scripts = list((root / "scripts").glob("*.py"))
    assert len(scripts) == 20
    assert all(path.read_text().endswith(END) for path in scripts)


def main(root: Path, turns: int) -> None:
    """Kill *turns* writers, looking after each."""
    (root / "scripts").mkdir()
    for number in range(20):
        (root / f"scripts/s{number}.py").write_text(HEADER.format(n=number) + END)
    sync(Workspace(Project(root)))
    choice = random.Random(0)
    for turn in range(turns):
        killed_after(root, turn, choice.uniform(0.002, 0.04))
        check(root)
    assert not sync(Workspace(Project(root))).notes, "no index was damaged"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
