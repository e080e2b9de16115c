"""Work in a project without the right to write into it; run as root, in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import filelock  # noqa: F401 – the store imports it when it first locks: too late without rights

from pybridge.errors import PybridgeError
from pybridge.project.discover import Project
from pybridge.scripts_store.store import ScriptStore
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.view import current
from pybridge.scripts_store.workspace import Workspace


def main(root: Path) -> None:
    """Say what a sync, a look and a write come to, a line each."""
    workspace = Workspace(Project(root))
    with current(workspace):  # everything is imported while that is allowed
        pass
    os.setuid(65534)
    try:
        sys.stdout.write(f"sync: {sync(workspace).problems}\n")
    except PybridgeError as error:
        sys.stdout.write(f"sync: {error.code}: {error}\n")
    with current(workspace) as view:
        names = [record.slug for record in view.records]
        sys.stdout.write(f"look: {names} {[str(note) for note in view.notes]}\n")
        sys.stdout.write(f"problems: {[each['message'] for each in view.problems.values()]}\n")
    try:
        ScriptStore(workspace).create("x")
    except PybridgeError as error:
        sys.stdout.write(f"write: {error.code}: {error}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
