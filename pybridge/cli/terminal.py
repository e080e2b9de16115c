"""Standard output and error: the only module that prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from pybridge import notices
from pybridge.cli.visible import visible, visible_line
from pybridge.errors import PybridgeError
from pybridge.errors.text import error_text

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

_COLOURS = {"error": "\x1b[31m", "warning": "\x1b[33m", "quiet": "\x1b[2m"}


def exit_code(error: PybridgeError) -> int:
    """Return what a command ends with after *error*."""
    return EXIT_USAGE if error.to_json()["code"] == "usage" else EXIT_FAILED


def document(value: Any) -> None:
    """Print one JSON document."""
    print(_json(value, indent=2))


def line(value: Any) -> None:
    """Print one JSON line, at once."""
    print(_json(value), flush=True)


def _json(value: Any, *, indent: int | None = None) -> str:
    from pybridge.formats.json_text import dump_json  # imports parsers that few commands need

    return dump_json(value, indent=indent)


def text(value: str) -> None:
    """Print data, such as a rendered document: a file or pipe gets every byte, a terminal no control characters."""
    _write(sys.stdout, value)


def row(value: str) -> None:
    """Print one line that may hold names from a project."""
    print(visible(value), flush=True)


def output(stream: str, piece: str) -> None:
    """Pass on a piece of a script's output, as `text` does."""
    _write(sys.stderr if stream == "stderr" else sys.stdout, piece)


def _write(target: TextIO, value: str) -> None:
    target.write(visible(value) if target.isatty() else value)
    target.flush()


def talk(message: str = "") -> None:
    """Say something to the person at the terminal."""
    print(visible(message), file=sys.stderr)


def show_notices() -> None:
    """From now on, show why something takes a while."""
    notices.show(_show_notice)


def _show_notice(message: str) -> None:
    """Show a notice on standard error, when that is a terminal."""
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


def notes(found: Sequence[PybridgeError | str]) -> None:
    """Report what concerns the project as a whole."""
    for note in found:
        caution(note if isinstance(note, str) else error_text(note.to_json()))


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Report rows: as a table on a terminal, as aligned columns without headings else."""
    cells = [[visible_line(str(cell)) for cell in row] for row in rows]
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


def _marked(kind: str, message: str) -> None:
    first, newline, rest = visible(message).partition("\n")
    label = f"{kind}:"
    if sys.stderr.isatty() and "NO_COLOR" not in os.environ:
        label = f"{_COLOURS[kind]}{label}\x1b[0m"
        rest = f"{_COLOURS['quiet']}{rest}\x1b[0m" if rest else rest
    body = "\n".join("  " + part for part in rest.splitlines())
    print(f"{label} {first}{newline}{body}", file=sys.stderr)


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
