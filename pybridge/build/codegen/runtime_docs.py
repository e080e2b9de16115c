"""The page that says what each Python for processes does not support."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pybridge import resources
from pybridge.build import templates

PAGE = Path("docs/runtimes.md")


def runtime_docs(heading: str) -> dict[Path, str]:
    """Return the page, by its path in the checkout."""
    files = sorted(resources.runtimes().glob("*/claims.json"))
    found = [_runtime(file.parent.name, json.loads(file.read_text("utf-8"))) for file in files]
    return {PAGE: templates.render("runtimes.md.jinja", heading=heading, runtimes=found)}


def _runtime(name: str, claims: dict[str, Any]) -> dict[str, Any]:
    by_reason: dict[str, list[str]] = {}
    for module, reason in claims["modules"].items():
        by_reason.setdefault(reason, []).append(module)
    modules = sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    return {"name": name, **claims, "modules": modules}
