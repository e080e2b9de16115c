"""Seed and upgrade the built-in macros of a project."""

from __future__ import annotations

from typing import Any

from pybridge.project.discover import Project
from pybridge.scripts_store.seed import look_at
from pybridge.scripts_store.seed import seed as seed_files
from pybridge.scripts_store.storage.disk import Disk


def seed(project: Project, *, dry_run: bool) -> dict[str, Any]:
    """Return cli-seed.v1: what became of each built-in macro, or would."""
    done = look_at(project.root) if dry_run else seed_files(project.root, disk=Disk())
    return {"done": not dry_run, "scripts": [seeding.to_json() for seeding in done]}
