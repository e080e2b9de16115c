"""kill -9 in the middle of syncs and writes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_a_killed_writer_leaves_whole_files_and_a_sound_index(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.property.killed", str(tmp_path), "200"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
