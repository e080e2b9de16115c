"""The filter of `pybridge python --jsonl`: one invocation.v1 per line in, one completed.v1 per line out, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pybridge.commands.processes.hosts import ProcessHost
from pybridge.commands.work.lines import Line, json_of, lines_of
from pybridge.errors import Invalid, JsonUnreadable, PybridgeError
from pybridge.processes import runtimes
from pybridge.processes.completed import EXIT_INVALID, Completed
from pybridge.processes.invocation import Invocation
from pybridge.rpc.framing import Read

MOST_LINE_BYTES = 384 * 1024 * 1024
"""Of a line, which holds all input and files of a process."""

_INVALID = "invalid invocation: "


def completed_lines(host: ProcessHost, read: Read) -> Iterator[dict[str, Any]]:
    """Run each line; one that is not an invocation has an outcome with the reason."""
    for line in lines_of(read, MOST_LINE_BYTES):
        yield _completed(host, line).to_json()


def _completed(host: ProcessHost, line: Line) -> Completed:
    try:
        value = json_of(line, MOST_LINE_BYTES)
        done = host.run(Invocation.from_json(value, runtime=host.runtime, limits=host.limits))
    except Invalid as error:
        return invalid(host.runtime, line.number, error.lines())
    except JsonUnreadable as error:
        return invalid(
            host.runtime, line.number, [f"column {error.column}: not JSON: {error.problem}"]
        )
    except PybridgeError as error:
        return invalid(host.runtime, line.number, [str(error)])
    if done.exit_code == EXIT_INVALID and done.message is not None:  # seen when it was begun
        return invalid(host.runtime, line.number, [done.message.removeprefix(_INVALID)])
    return done


def invalid(runtime: str, number: int, problems: Sequence[str]) -> Completed:
    """Return the outcome of a line that is not a valid invocation."""
    return refused(runtime, "\n".join(f"line {number}: {problem}" for problem in problems))


def refused(runtime: str, reason: str) -> Completed:
    """Return the outcome of an invocation that is not valid."""
    message = reason.encode("utf-8", "backslashreplace").decode("utf-8")
    return Completed(
        EXIT_INVALID,
        stderr_bytes=f"{message}\n".encode(),
        runtime=runtime,
        runtime_version=runtimes.find(runtime).version,
        message=message,
    )
