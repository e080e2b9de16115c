"""What the scenarios render: one simple macro, its calls, a site of posts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "macros" / "badge.py"
MACROS_PER_POST = 3
STUCK = "def render(context):\n    while True:\n        pass\n"


def source() -> str:
    """Return the macro's source."""
    return SCRIPT.read_text("utf-8")


def documented_source() -> str:
    """Return the source as the documented pattern runs it: definition and call in one text."""
    return source() + "\nrender(context)\n"


def project() -> list[dict[str, str]]:
    """Return the scripts as `PythonRuntime.load` takes them."""
    return [
        {"path": "scripts/badge.py", "content": source()},
        {"path": "scripts/stuck.py", "content": STUCK},
    ]


def call(number: int, name: str = "badge") -> dict[str, Any]:
    """Return a call with about 120 bytes of parameters."""
    return {
        "abi": 1,
        "macro": {"name": name},
        "params": {"label": f"entry {number}", "count": number, "tone": "calm", "note": "x" * 40},
        "env": {"isPreview": False},
    }


def post(number: int) -> dict[str, Any]:
    """Return a post of about 1 kB with three macros of the project."""
    return _post(
        number, [f'[[badge label="entry {number}-{n}" count={number} tone=calm]]' for n in range(3)]
    )


def video_post(number: int) -> dict[str, Any]:
    """Return a post of about 1 kB with three built-in macros."""
    macros = [f'[[youtube id="v{number}" title="Part {n}"]]' for n in range(2)]
    return _post(number, [*macros, f"[[vimeo id={number}]]"])


def _post(number: int, macros: list[str]) -> dict[str, Any]:
    paragraph = "The line runs along the river, and nobody on board is in a hurry. " * 4
    text = f"# Post {number}\n\n" + "\n\n".join(f"{paragraph}{macro}" for macro in macros) + "\n"
    return {"path": f"posts/{number}.md", "text": text}
