"""Describe a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pybridge
from pybridge.commands.session import limits_of, policy_of
from pybridge.project.discover import Project
from pybridge.project.scripts import read_scripts
from pybridge.scripts_store.index.records import record_of
from pybridge.scripts_store.seed import Seeding, look_at

ISOLATION = "origin"
"""The default isolation level of a project's scripts."""


def project_info(project: Project) -> dict[str, Any]:
    """Return the project's name, settings, limits and the state of its built-in macros."""
    root, settings = project.root, project.settings
    return {
        "pybridge": pybridge.__version__,
        "name": root.name,
        "root": _label(root),
        "mainLanguage": settings.main_language,
        "include": list(settings.include),
        "exclude": list(settings.exclude),
        "limits": limits_of(project).to_json(),
        "iframeHosts": sorted(policy_of(project).iframe_hosts),
        "isolation": ISOLATION,
        "defaults": [_default(seeding) for seeding in look_at(root)],
        "notes": list(settings.warnings),
    }


def _label(root: Path) -> str:
    """Return a folder for people: with `~` for their home."""
    try:
        return f"~/{root.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return root.as_posix()


def _default(seeding: Seeding) -> dict[str, Any]:
    default = seeding.default
    record = record_of(default.name, default.content.decode(), default.sha256)
    return {
        "slug": default.slug,
        "path": seeding.path,
        "version": record.info["version"],
        "action": seeding.action,
    }


def sources(project: Project) -> dict[str, Any]:
    """Return every file that a runtime loads, and the errors of those that cannot be read."""
    files = read_scripts(project, limit=limits_of(project).input_bytes)
    return {
        "scripts": [script.to_source() for script in files.scripts],
        "unreadable": [each.error.to_json() for each in files.unreadable],
    }
