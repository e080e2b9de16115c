"""Count up in one script from a process of its own, giving way where another one was first."""

from __future__ import annotations

import sys
from pathlib import Path

from pybridge.project.discover import Project
from pybridge.scripts_store.errors import StaleWrite
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.workspace import Workspace


def count_up(store: ScriptStore) -> None:
    """Add one to the number in the script, however often others come in between."""
    while True:
        seen = store.find("counter")
        number = int(seen.body.rsplit(" ", 1)[1])
        try:
            store.update(
                "counter", content=f"{seen.header}x = {number + 1}\n", expected=seen.sha256
            )
        except StaleWrite:
            continue
        return


if __name__ == "__main__":
    for _ in range(int(sys.argv[2])):
        count_up(ScriptStore(Workspace(Project(Path(sys.argv[1])))))
