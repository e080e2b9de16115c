"""A user without keys and bundles, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybridge.caches import CACHE_VARIABLE, DATA_VARIABLE
from tests.unit.cli.conftest import Cli, cli

__all__ = ["Cli", "cli"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a small program; data and cache are beside it."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "echo.sh").write_text("#!/bin/sh\ncat\n")
    monkeypatch.chdir(folder)
    return folder
