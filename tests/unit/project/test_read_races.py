"""A folder of a project that becomes a link between a check and a read leads nowhere outside."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from pybridge.storage.regular_file import read_regular

SWAP = """
import os, sys
os.chdir(sys.argv[1])
while os.path.exists("going"):
    for old, new in (("d", "x"), ("l", "d"), ("d", "l"), ("x", "d")):
        os.rename(old, new)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_folder_that_is_swapped_for_a_link_is_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    (root / "d").mkdir(parents=True)
    outside.mkdir()
    (root / "d" / "a.md").write_text("mine")
    (outside / "a.md").write_text("secret")
    (root / "l").symlink_to(outside)
    (root / "going").touch()
    swapping = subprocess.Popen([sys.executable, "-c", SWAP, str(root)])
    seen = set()
    try:
        for _ in range(20_000):
            with suppress(OSError):
                seen.add(read_regular(root / "d" / "a.md", root=root, most=100)[0])
    finally:
        (root / "going").unlink()
        swapping.wait(20)
    assert seen == {b"mine"}
