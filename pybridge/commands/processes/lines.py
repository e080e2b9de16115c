"""The filter of `pybridge python --jsonl`: one invocation.v1 per line in, one completed.v1 per line out, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pybridge.commands.processes.hosts import ProcessHost
from pybridge.commands.work.lines import Line, json_of, lines_of
from pybridge.errors import PybridgeError
from pybridge.processes import runtimes
from pybridge.processes.completed import EXIT_INVALID, Completed
from pybridge.processes.invocation import Invocation
from pybridge.rpc.framing import Read

MOST_LINE_BYTES = 384 * 1024 * 1024
"""Of a line, which holds all input and files of a process."""


def completed_lines(host: ProcessHost, read: Read) -> Iterator[dict[str, Any]]:
    """Run each line; one that is not an invocation has an outcome with the reason."""
    for line in lines_of(read, MOST_LINE_BYTES):
        yield _completed(host, line).to_json()


def _completed(host: ProcessHost, line: Line) -> Completed:
    try:
        value = json_of(line, MOST_LINE_BYTES)
        return host.run(Invocation.from_json(value, runtime=host.runtime, limits=host.limits))
    except PybridgeError as error:
        return invalid(host.runtime, f"line {line.number}: {error}")


def invalid(runtime: str, message: str) -> Completed:
    """Return the outcome of an invocation that is not valid."""
    return Completed(
        EXIT_INVALID,
        stderr_bytes=f"{message}\n".encode("utf-8", "replace"),
        runtime=runtime,
        runtime_version=runtimes.find(runtime).version,
        message=message,
    )
