"""The command line of this process: with the parser, or without where it is not needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pybridge.cli import COMPLETE, signals, streams, terminal
from pybridge.cli.output import ended

PYTHON_DEFAULTS: Mapping[str, Any] = {
    "runtime": "cpython",
    "host": "wasmtime",
    "jsonl": False,
    "session": False,
    "files": (),
    "outs": (),
    "env": (),
    "allow": (),
    "tools": (),
    "timeout": None,
    "as_json": False,
}
"""The options of `pybridge python` that are not given; a test holds them to the command's."""


def run_process() -> NoReturn:
    """Run the command line of this process."""
    try:
        streams.prepare()
        signals.end_in_order()
        code = _run(sys.argv[1:])
    except KeyboardInterrupt:
        code = terminal.EXIT_INTERRUPTED
    signals.end_at_once()
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    given = python_code(arguments)
    if given is None:
        from pybridge.cli.app import run_command

        return run_command(arguments)
    from pybridge.cli.python import python

    return ended(lambda: python(**given), as_json=False)


def python_code(arguments: Sequence[str]) -> dict[str, Any] | None:
    """Return the arguments of `pybridge python -c CODE ARGS` as the parser has them; None for any other command line."""
    words = list(arguments)
    is_code = words[:2] == ["python", "-c"] and len(words) > 2
    if not is_code or any(word.startswith("-") for word in words[2:]) or COMPLETE in os.environ:
        return None
    return {**PYTHON_DEFAULTS, "code": words[2], "args": tuple(words[3:])}
