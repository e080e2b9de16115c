"""Tell people and programs what came out: the only module that prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pybridge import abi
from pybridge.errors import PybridgeError

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

_WORKER_LOST = frozenset({"timeout", "memory", "crash"})

_COLOURS = {"error": "\x1b[31m", "warning": "\x1b[33m", "quiet": "\x1b[2m"}


def error_text(error: Mapping[str, Any]) -> str:
    """Return an error.v1 as people read it: the places, the message, the excerpt, the hint.

    The first line is like `posts/trip.md:11:1 → scripts/map.py:7 in render: KeyError: 'year'`.
    """
    call, script = _place(error.get("call")), _script_place(error)
    message = _lost(error) or str(error["message"])
    places = " → ".join(
        place for place in (call, script) if place and not message.startswith(place)
    )
    lines = [f"{places}: {message}" if places else message]
    lines += str(error.get("excerpt", "")).splitlines()
    hint = error.get("hint")
    return "\n".join([*lines, *([f"hint: {hint}"] if hint else [])])


def _lost(error: Mapping[str, Any]) -> str | None:
    """Name the macro that took its worker down, of which there is no traceback to name it."""
    if "macro" not in error or "script" in error or error["code"] not in _WORKER_LOST:
        return None
    return f"[[{error['macro']}]]: {error['message']}"


def _place(place: Mapping[str, Any] | None) -> str:
    if not place:
        return ""
    parts = [place.get("path") or "line", place.get("line"), place.get("column")]
    return ":".join(str(part) for part in parts if part is not None)


def _script_place(error: Mapping[str, Any]) -> str:
    script = error.get("script")
    if not script:
        return ""
    frames = error.get("frames") or []
    inside = f" in {frames[-1]['name']}" if frames else ""
    return f"{script['path']}:{script['line']}{inside}"


def exit_code(error: PybridgeError) -> int:
    """Return what a command ends with after *error*."""
    return EXIT_USAGE if error.to_json()["code"] == "usage" else EXIT_FAILED


def document(value: Any) -> None:
    """Print one JSON document."""
    print(abi.dump_json(value, indent=2))


def line(value: Any) -> None:
    """Print one JSON line, at once."""
    print(abi.dump_json(value), flush=True)


def text(value: str) -> None:
    """Print a text as it is."""
    sys.stdout.write(value)
    sys.stdout.flush()


def output(stream: str, piece: str) -> None:
    """Pass on a piece of a script's output."""
    target = sys.stderr if stream == "stderr" else sys.stdout
    target.write(piece)
    target.flush()


def talk(message: str = "") -> None:
    """Say something to the person at the terminal."""
    print(message, file=sys.stderr)


def waiting(message: str) -> None:
    """Say why it takes a while, to a person who waits."""
    if sys.stderr.isatty():
        talk(f"pybridge: {message}")


def failure(error: PybridgeError, *, as_json: bool) -> int:
    """Report what ended a command; return the exit code."""
    if as_json:
        document({"error": error.to_json()})
    else:
        problem(error.to_json())
    return exit_code(error)


def problem(error: Mapping[str, Any], subject: str | None = None) -> None:
    """Report one error.v1; *subject* is what it is about, where the error names no place."""
    placed = subject is None or "script" in error or "call" in error
    _marked("error", error_text(error) if placed else f"{subject}: {error_text(error)}")


def caution(message: str) -> None:
    """Report something that is wrong and did not stop anything."""
    _marked("warning", message)


def built(done: Mapping[str, Any]) -> None:
    """Report a built folder, and what is wrong with the scripts in it."""
    for found in done["problems"]:
        caution(error_text(found))
    talk(f"{done['out']}: {len(done['files'])} files, {done['totalBytes'] / 1e6:.1f} MB")


def notes(found: Sequence[PybridgeError | str]) -> None:
    """Report what concerns the project as a whole."""
    for note in found:
        caution(note if isinstance(note, str) else error_text(note.to_json()))


def rendered(documents: Sequence[Mapping[str, Any]], stats: Mapping[str, Any]) -> None:
    """Report a render: what is wrong in each document, and how much was done."""
    for entry in documents:
        for found in entry["errors"]:
            problem(found)
        for found in entry["warnings"]:
            caution(warning_text(found, entry.get("path")))
    seconds = stats["renderMs"] / 1000
    talk(
        f"{_count(stats['documents'], 'document')}, {_count(stats['macros'], 'macro')}, "
        f"{stats['failed']:,} failed, "
        f"{stats['unknown']:,} unknown in {seconds:.2f} s "
        f"({stats['engine']} engine, up in {stats['bootMs'] / 1000:.2f} s)"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def warning_text(warning: Mapping[str, Any], path: str | None = None) -> str:
    """Return a warning.v1 as people read it."""
    place = _place({"path": path, **(warning.get("call") or {})}) if warning.get("call") else path
    return f"{place}: {warning['message']}" if place else str(warning["message"])


def transformed(outcome: Mapping[str, Any]) -> None:
    """Report what the transforms printed and noted, and which of them failed."""
    for stream in ("stdout", "stderr"):
        if outcome.get(stream):
            talk(outcome[stream].rstrip("\n"))
    for toast in outcome["toasts"]:
        talk(f"note: {toast}")
    for error in outcome["errors"]:
        problem({**error, "message": f"{error['scriptSlug']} was skipped: {error['message']}"})


def checked(scripts: Sequence[Mapping[str, Any]]) -> None:
    """Report what was found in scripts."""
    for script in scripts:
        for found in script["problems"]:
            problem(found)
        for found in script["warnings"]:
            place = f"{script['path']}:{found['line']}:{found['column']}"
            caution(f"{place}: {found['message']}")
    wrong = sum(bool(script["problems"]) for script in scripts)
    talk(f"{len(scripts):,} scripts checked, {wrong:,} with problems")


def diagnosis(checks: Sequence[Mapping[str, Any]]) -> None:
    """Report what the doctor found."""
    marks = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "–"}
    width = max(len(check["name"]) for check in checks)
    for check in checks:
        print(f"{marks[check['status']]} {check['name']:<{width}}  {check['message']}")
        if check.get("hint"):
            print(f"  {'':<{width}}  → {check['hint']}")


def script_table(scripts: Sequence[Mapping[str, Any]]) -> None:
    """Report a list of scripts."""
    rows = [
        (script["slug"], script["kind"], script["path"], *_remarks(script)) for script in scripts
    ]
    table(("slug", "kind", "path", "", ""), rows)


def _remarks(script: Mapping[str, Any]) -> tuple[str, str]:
    state = "" if script["enabled"] else "(disabled)"
    return state, "(has problems, see `pybridge check`)" if script["problems"] else ""


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Report rows: as a table on a terminal, as aligned columns without headings else."""
    cells = [[str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(headings, cells)
        return
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width]
        print("  ".join(padded).rstrip())


def _rich_table(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*headings, box=None, pad_edge=False)
    for row in cells:
        shown.add_row(*map(Text, row))
    Console().print(shown)


def parity(done: Mapping[str, Any]) -> None:
    """Report whether the engines agree: the first difference of each case that shows one."""
    for found in done["differences"]:
        one, other = found["engines"]
        print(f"✗ {found['set']}: {found['case']} differs at {found['pointer'] or '/'}")
        print(f"  {one:<8} {found['values'][0]}")
        print(f"  {other:<8} {found['values'][1]}")
        print(f"  {found['kind']:<8} {_cut(found['input'])}")
    untold = done["differing"] - len(done["differences"])
    if untold:
        print(f"… and {untold:,} more")
    times = ", ".join(f"{each['name']} {each['seconds']:.1f} s" for each in done["engines"])
    sets = ", ".join(f"{each['cases']:,} {each['name']}" for each in done["sets"] if each["cases"])
    verdict = f"✗ {done['differing']:,} differences" if done["differing"] else "✓ no difference"
    print(f"{verdict} in {done['cases']:,} cases ({sets}); {times}; seed {done['seed']}")


def _cut(text: str, longest: int = 400) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


def _marked(kind: str, message: str) -> None:
    first, newline, rest = message.partition("\n")
    label = f"{kind}:"
    if sys.stderr.isatty() and "NO_COLOR" not in os.environ:
        label = f"{_COLOURS[kind]}{label}\x1b[0m"
        rest = f"{_COLOURS['quiet']}{rest}\x1b[0m" if rest else rest
    body = "\n".join("  " + part for part in rest.splitlines())
    talk(f"{label} {first}{newline}{body}")


class Bar:
    """Shows how far a long render has come."""

    def __init__(self, update: Any) -> None:
        self._update = update

    def __call__(self, done: int, total: int, what: str | None = None) -> None:
        """Take note of progress."""
        more = {} if what is None else {"description": what}
        self._update(completed=done, total=total, **more)


@contextmanager
def progress(what: str) -> Iterator[Bar | None]:
    """Show a bar on standard error when that is a terminal; None otherwise."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield Bar(lambda **changes: bars.update(task, **changes))
