"""What happened to a process, for an audit log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

EventKind = Literal[
    "command.start",
    "command.complete",
    "command.timeout",
    "command.cancelled",
    "limit.exceeded",
    "capability.denied",
]


@dataclass(frozen=True)
class AuditEvent:
    """One event."""

    kind: EventKind
    command: str
    """Of a stage that runs: `python`, or the name of the tool, whatever path or first line led to it. Of one that is refused: the first
    argument as it was given; in `limit.exceeded` at most 100 characters of it."""
    argv: Sequence[str] = ()
    """Its arguments, at `command.start`."""
    subtype: str | None = None
    """Of `limit.exceeded`: `stdout`, `stderr`, `files`, `memory` or `command`."""
    exit_code: int | None = None
    """At the end of a stage."""
    duration_ms: float | None = None
    """At the end of a stage."""


Listener = Callable[[AuditEvent], None]
"""Gets events in the thread that runs the process; what it raises ends the process."""
