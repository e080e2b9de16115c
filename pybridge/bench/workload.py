"""What the scenarios render: macros of three weights, their calls, a site of posts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).parent / "macros"
MACROS_PER_POST = 3
STUCK = "def render(context):\n    while True:\n        pass\n"


def source(name: str = "badge") -> str:
    """Return a macro's source."""
    return (SCRIPTS / f"{name}.py").read_text("utf-8")


def documented_source() -> str:
    """Return the source as the documented pattern runs it: definition and call in one text."""
    return source() + "\nrender(context)\n"


def project() -> list[dict[str, str]]:
    """Return the scripts as `PythonRuntime.load` takes them."""
    names = ("badge", "timeline", "chart")
    scripts = [{"path": f"scripts/{name}.py", "content": source(name)} for name in names]
    return [*scripts, stuck_script(0)]


def stuck_script(edit: int) -> dict[str, str]:
    """Return a script that never ends; each *edit* of it is another text."""
    return {"path": "scripts/stuck.py", "content": f"# edit {edit}\n{STUCK}"}


def call(number: int, name: str = "badge", *, note_bytes: int = 40) -> dict[str, Any]:
    """Return a call with about 80 bytes of parameters and a note of *note_bytes*."""
    return {
        "abi": 1,
        "macro": {"name": name},
        "params": {
            "label": f"entry {number}",
            "count": number,
            "tone": "calm",
            "note": "x" * note_bytes,
        },
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
