"""Output that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge.cli import streams, terminal
from pybridge.errors import PybridgeError

if TYPE_CHECKING:
    from pybridge.project.discover import Project


def project_of(project: Path | None) -> Project:
    """Return the project; report the warnings of its settings."""
    from pybridge.project.discover import require_project

    found = require_project(Path.cwd(), project)
    terminal.notes(found.settings.warnings)
    return found


def answer(value: Any, as_json: bool, tell: Callable[[Any], None]) -> int:
    """Print *value*, as JSON or as *tell* does in words."""
    if as_json:
        terminal.document(value)
    else:
        tell(value)
    return terminal.EXIT_DONE


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 document`, `2,000 documents`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def plain(value: object) -> str:
    """Return *value* in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def differing(value: Mapping[str, Any]) -> list[str]:
    """Return the differences, a line each."""
    lines = [f"{name:<7}  {path}" for name in ("added", "changed") for path in value[name]]
    lines += [f"moved    {move['from']} → {move['to']}" for move in value["moved"]]
    lines += [f"removed  {path}" for path in value["removed"]]
    return [*lines, *([counted(value["documents"], "document")] if value["documents"] else [])]


def clash_text(clash: Mapping[str, Any]) -> str:
    """Return a clash of names or paths in words."""
    winner, *others = clash["paths"]
    if clash["kind"] == "path":
        return f"{winner} and {', '.join(others)} are one file on other systems"
    return f"{clash['kind']} {clash['value']!r}: {winner} wins over {', '.join(others)}"


def print_lines(
    lines: Iterable[dict[str, Any]], is_failure: Callable[[dict[str, Any]], bool]
) -> int:
    """Print each line as JSON; return the exit code: failed if one of them *is_failure*."""
    failed = False
    for line in lines:
        terminal.line(line)
        failed = failed or is_failure(line)
    return terminal.EXIT_FAILED if failed else terminal.EXIT_DONE


def read_stdin(size: int) -> bytes:
    """Return at most *size* bytes of standard input, as soon as there are some."""
    return os.read(0, size)


def ended(call: Callable[[], object], *, as_json: bool) -> int:
    """Run a command and return the exit code; an error of ours, or of standard output, is reported."""
    terminal.show_notices()
    try:
        code = call()
        sys.stdout.flush()
    except streams.StdoutFailed as error:
        streams.discard_stdout()
        return terminal.failure(error, as_json=False)
    except BrokenPipeError:
        streams.discard_stdout()
        return terminal.EXIT_FAILED
    except PybridgeError as error:
        return _reported(error, as_json=as_json)
    except KeyboardInterrupt:
        return terminal.EXIT_INTERRUPTED
    return code if isinstance(code, int) else terminal.EXIT_DONE


def _reported(error: PybridgeError, *, as_json: bool) -> int:
    """Report an error; the report can fail as well."""
    try:
        code = terminal.failure(error, as_json=as_json)
        sys.stdout.flush()
    except streams.StdoutFailed as failed:
        streams.discard_stdout()
        return terminal.failure(failed, as_json=False)
    except BrokenPipeError:
        streams.discard_stdout()
        return terminal.EXIT_FAILED
    return code
