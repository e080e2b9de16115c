"""Build the folder, render the example blog in the real browser, and say where to look.

What `make demo` runs once the set-up is done. A failing macro is part of the show: one post of the
example fails on purpose.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BLOG = ROOT / "examples" / "blog"
BUILT = ROOT / "dist" / "pybridge"
OUT = ROOT / "out" / "blog"


def main() -> int:
    """Run the two commands an application's developer would run, and explain what they did."""
    say(f"1. pybridge build --out {shown(BUILT)}")
    built = json.loads(pybridge("build", "--out", str(BUILT), "--json"))
    say(
        f"   {len(built['files'])} files, {built['totalBytes'] / 1e6:.1f} MB: what a renderer loads\n"
    )

    say(f"2. pybridge render {shown(BLOG)} --engine browser --html --out {shown(OUT)}")
    arguments = ("render", str(BLOG), "--engine", "browser", "--html", "--out", str(OUT), "--json")
    rendered = json.loads(pybridge(*arguments, allowed=(0, 1)))
    tell(rendered)
    return 0


def pybridge(*arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
    """Run the program as a user would; end with its own words if it fails."""
    command = [sys.executable, "-m", "pybridge", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    if done.returncode not in allowed:
        sys.exit(f"pybridge {arguments[0]} ended with {done.returncode}: {done.stdout.strip()}")
    return done.stdout


def tell(rendered: dict[str, Any]) -> None:
    """Say what was rendered, how fast, what failed and why, and where it lies."""
    stats = rendered["stats"]
    say(f"   {stats['documents']} documents with {stats['macros']} macros")
    say(
        f"   ready in {stats['bootMs']:.0f} ms, rendered in {stats['renderMs']:.0f} ms: "
        f"{stats['renderMs'] / max(1, stats['macros']) * 1000:.0f} µs a macro, sanitised and validated"
    )
    errors = [error for document in rendered["documents"] for error in document["errors"]]
    say(
        f"   {len(errors)} macro failed, on purpose:\n"
        if len(errors) == 1
        else f"   {len(errors)} macros failed:\n"
    )
    for error in errors:
        say(indented(error_text(error)))
    say(f"\nLook at it: {(OUT / 'index.html').as_uri()}")


def error_text(error: dict[str, Any]) -> str:
    """Return an error as the program's own report shows it."""
    from pybridge.errors.text import error_text as text

    return text(error)


def indented(text: str) -> str:
    """Return *text* four blanks to the right."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def shown(path: Path) -> str:
    """Return *path* as one types it here."""
    return str(path.relative_to(ROOT))


def say(line: str) -> None:
    """Print a line of the demonstration, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
