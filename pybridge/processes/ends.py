"""How a run ends: its exit code, the reason, the words for people."""

from __future__ import annotations

from collections.abc import Mapping

from pybridge.processes.completed import (
    EXIT_CANCELLED,
    EXIT_TIMEOUT,
    EXIT_TRAPPED,
    ErrorClass,
)
from pybridge.processes.events import EventKind
from pybridge.processes.output import Capture
from pybridge.wasi.warm import Ended

EXIT_FAILED = 1


class End(Exception):
    """The run ends here, with this outcome."""

    def __init__(
        self, exit_code: int, error_class: ErrorClass | None = None, message: str | None = None
    ) -> None:
        super().__init__(exit_code, error_class, message)
        self.exit_code = exit_code
        self.error_class = error_class
        self.message = message


END_EVENTS: Mapping[str, EventKind] = {
    "timeout": "command.timeout",
    "cancelled": "command.cancelled",
}


def exit_code_of(ended: Ended) -> int:
    """Return the exit code of a stage."""
    codes = {"exit": ended.status, "trap": EXIT_TRAPPED}
    codes |= {"timeout": EXIT_TIMEOUT, "cancelled": EXIT_CANCELLED}
    return codes.get(ended.reason, EXIT_FAILED)


def refused(
    exit_code: int, message: str, stderr: Capture, error_class: ErrorClass | None = None
) -> End:
    """Return the end of a run that did not begin; people see why on its standard error."""
    message = message.encode("utf-8", "backslashreplace").decode("utf-8")
    stderr.take(f"{message}\n".encode())
    return End(exit_code, error_class, message)
