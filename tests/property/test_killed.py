"""kill -9 in the middle of syncs and writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pybridge.project.discover import Project
from pybridge.scripts_store.sync import sync
from pybridge.scripts_store.watch import FolderSignals
from pybridge.scripts_store.workspace import Workspace
from tests.amounts import amount

TURNS = amount(50, 400)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_a_killed_writer_leaves_whole_files_and_a_sound_index(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.property.killed", str(tmp_path), str(TURNS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr


def test_writers_at_once_lose_no_update(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "counter.py"
    script.write_text('"""\n---\nslug: "counter"\nversion: 1\n---\n"""\nx = 0\n')
    command = [sys.executable, "-m", "tests.property.counting", str(tmp_path), "15"]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    with FolderSignals(tmp_path) as signals:
        while any(writer.poll() is None for writer in writers):
            if signals.wait(0.05):
                sync(Workspace(Project(tmp_path)))
    assert [writer.communicate()[1] for writer in writers] == ["", "", ""]
    text = script.read_text()
    assert "\nversion: 46\n" in text
    assert text.endswith("\nx = 45\n")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives up root's rights"
)
def test_a_project_that_is_read_only_can_be_looked_at() -> None:
    root = Path(tempfile.mkdtemp(prefix="pybridge-"))
    try:
        root.chmod(0o755)
        (root / "scripts").mkdir()
        (root / "scripts" / "a.py").write_text("x = 1\n")
        sync(Workspace(Project(root)))
        (root / "scripts" / "b.py").write_text("y = 1\n")
        (root / "scripts" / "secret.py").write_text("z = 1\n")
        (root / "scripts" / "secret.py").chmod(0o600)
        command = [sys.executable, "-m", "tests.property.unprivileged", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    finally:
        shutil.rmtree(root)
    synced, look, problems, write = done.stdout.splitlines()
    assert "io: " in synced
    assert "attempt to write a readonly database" in synced
    assert look.startswith("look: ['a', 'b'] ")
    assert problems == "problems: ['scripts/secret.py: not allowed to read it']"
    assert "Permission denied" in write
