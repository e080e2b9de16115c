"""The result of a run, as the host has it: everything from the sandbox is checked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pybridge.formats.json_text import decode_json

Status = Literal["ok", "error", "timeout", "cancelled", "memory", "limit", "failed"]
"""`error`: the code raised, or ended with another exit code than 0; `failed`: it could not be run, or left no outcome."""

MOST_OUTCOME_BYTES = 16 * 1024 * 1024
MOST_TEXT = 20_000
"""Characters of an error's message and of its traceback."""

_ERROR_TEXTS = ("type", "message", "traceback")


@dataclass(frozen=True)
class Stream:
    """An output of the code, up to its limit."""

    content: bytes = b""
    is_cut: bool = False

    @property
    def text(self) -> str:
        """It as text; what is not UTF-8 is replaced by U+FFFD."""
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True)
class CodeError:
    """What the code raised."""

    type: str
    message: str
    line: int | None = None
    """Of the code, from 1 on."""
    traceback: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as run-result.v1 has it."""
        return {
            "type": self.type,
            "message": self.message,
            "line": self.line,
            "traceback": self.traceback,
        }


@dataclass(frozen=True)
class Outcome:
    """What the program in the sandbox says of the code."""

    value: Any = None
    error: CodeError | None = None
    exit_code: int | None = None
    """When it ended by `sys.exit`."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Of a session: new files by path, as base64."""


@dataclass(frozen=True)
class RunResult:
    """The result of a run."""

    status: Status
    exit_code: int
    stdout: Stream = Stream()
    stderr: Stream = Stream()
    value: Any = None
    error: CodeError | None = None
    artifacts: Mapping[str, bytes] = field(default_factory=dict)
    """Files in `OUTPUT_DIR`, by their path below it."""
    changed: Mapping[str, bytes | None] = field(default_factory=dict)
    """Files elsewhere that are new or changed, by absolute path; None for one that was removed."""
    duration_ms: float = 0.0
    message: str | None = None
    """Why it ended otherwise than by itself."""


def read_outcome(raw: bytes) -> Outcome | None:
    """Read what the sandbox wrote; None if it is not an outcome, which code can bring about."""
    if len(raw) > MOST_OUTCOME_BYTES:
        return None
    try:
        value = decode_json(raw.decode("utf-8"))
        require_text(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or value.keys() - {"value", "error", "exitCode", "files"}:
        return None
    error, code, files = value.get("error"), value.get("exitCode"), value.get("files", {})
    if not (error is None or _is_error(error)) or not _is_exit_code(code) or not _is_files(files):
        return None
    found = None
    if error is not None:
        texts = {name: error[name][:MOST_TEXT] for name in _ERROR_TEXTS}
        found = CodeError(line=error["line"], **texts)
    return Outcome(value.get("value"), found, code, files)


def require_text(value: Any) -> None:
    """Raise ValueError if any text holds half of a surrogate pair."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            each.encode("utf-8")
        elif isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            pending += [*each, *each.values()]


def _is_error(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {*_ERROR_TEXTS, "line"}
        and all(isinstance(value[name], str) for name in _ERROR_TEXTS)
        and (value["line"] is None or type(value["line"]) is int)
        and abs(value["line"] or 0) < 2**31
    )


def _is_exit_code(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value <= 255)


def _is_files(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
