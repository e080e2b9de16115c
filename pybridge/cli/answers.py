"""What the commands around the script store have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pybridge import report
from pybridge.project.discover import Project, find_project


def project_of(project: Path | None) -> Project:
    """Return the project, its settings' warnings told."""
    found = find_project(Path.cwd(), project)
    report.notes(found.settings.warnings)
    return found


def answer(value: Any, as_json: bool, tell: Callable[[Any], None]) -> int:
    """Print *value*, as JSON or as *tell* does in words."""
    if as_json:
        report.document(value)
    else:
        tell(value)
    return report.EXIT_DONE


def plain(value: object) -> str:
    """Return *value* in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)
