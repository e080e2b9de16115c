"""What every operation of the store works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pybridge.project.discover import Project, Settings
from pybridge.scripts_store.storage.disk import Disk

INDEX = Path(".pybridge") / "index.db"
LOCK = Path(".pybridge") / "lock"

ScriptReader = Callable[[str, str], Mapping[str, Any] | None]
"""Gets path and content; returns script.v1 as another Python reads it, None when there is none."""


@dataclass(frozen=True)
class Workspace:
    """A project, how its files are read and written, and who reads its scripts."""

    project: Project
    disk: Disk = field(default_factory=Disk)
    reader: ScriptReader | None = None
    """Asked for scripts that the Python running this cannot parse."""

    def with_disk(self, disk: Disk) -> Workspace:
        """Return the same workspace, read and written through *disk*."""
        return replace(self, disk=disk)

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.project.root

    @property
    def settings(self) -> Settings:
        """What pybridge.toml says."""
        return self.project.settings

    @property
    def index_path(self) -> Path:
        """Where the index is."""
        return self.root / INDEX

    @property
    def lock_path(self) -> Path:
        """The file that a process holds while it writes."""
        return self.root / LOCK
