"""The outcome of a process."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ErrorClass = Literal["timeout", "cancelled", "denied", "limit"]

EXIT_LIMIT = 1
EXIT_INVALID = 2
EXIT_TRAPPED = 70
EXIT_TIMEOUT = 124
EXIT_CANCELLED = 125
EXIT_DENIED = 126
EXIT_NOT_FOUND = 127


@dataclass(frozen=True)
class Completed:
    """A process that has ended, or was never begun."""

    exit_code: int
    """As the process says; or one of the constants of this module, with a message."""
    stdout_bytes: bytes = b""
    stderr_bytes: bytes = b""
    truncated_stdout: bool = False
    truncated_stderr: bool = False
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    """Files that are new or have another content, by path; None for one that was removed."""
    has_files: bool = False
    """Whether its files were read back at all; they are not when it broke a limit of them, or was never begun."""
    duration_ms: float = 0.0
    runtime: str = "cpython"
    runtime_version: str | None = None
    """None when the runtime is absent."""
    error_class: ErrorClass | None = None
    message: str | None = None
    """Why it ended otherwise than by itself, or was refused."""

    @property
    def stdout(self) -> str:
        """Its standard output; what is not UTF-8 is replaced by U+FFFD."""
        return _text(self.stdout_bytes, self.truncated_stdout)

    @property
    def stderr(self) -> str:
        """Its standard error, likewise."""
        return _text(self.stderr_bytes, self.truncated_stderr)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Completed:
        """Read a completed.v1, which was validated before."""
        return cls(
            exit_code=value["exitCode"],
            stdout_bytes=_bytes(value["stdout"], value.get("stdoutBase64")),
            stderr_bytes=_bytes(value["stderr"], value.get("stderrBase64")),
            truncated_stdout=value["truncated"]["stdout"],
            truncated_stderr=value["truncated"]["stderr"],
            files={path: _content_bytes(content) for path, content in value["files"].items()},
            has_files=bool(value["files"]) or "errorClass" not in value,
            duration_ms=value["durationMs"],
            runtime=value["runtime"]["name"],
            runtime_version=value["runtime"]["version"],
            error_class=value.get("errorClass"),
            message=value.get("message"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as completed.v1."""
        value: dict[str, Any] = {
            "exitCode": self.exit_code,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "truncated": {"stdout": self.truncated_stdout, "stderr": self.truncated_stderr},
            "files": {path: _content(content) for path, content in self.files.items()},
            "durationMs": round(self.duration_ms, 3),
            "runtime": {"name": self.runtime, "version": self.runtime_version},
        }
        if self.error_class is not None:
            value["errorClass"] = self.error_class
        if self.message is not None:
            value["message"] = self.message
        for name, raw in (("stdout", self.stdout_bytes), ("stderr", self.stderr_bytes)):
            if value[name].encode("utf-8") != raw:
                value[f"{name}Base64"] = base64.b64encode(raw).decode("ascii")
        return value


def _text(raw: bytes, is_cut: bool) -> str:
    """Return output as text; a character that was cut in two is left out."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return decoder.decode(raw, final=not is_cut)


def _bytes(text: str, encoded: str | None) -> bytes:
    return text.encode("utf-8") if encoded is None else base64.b64decode(encoded)


def _content_bytes(content: Any) -> bytes | None:
    if content is None:
        return None
    return _bytes("", content["base64"]) if isinstance(content, dict) else _bytes(content, None)


def _content(content: bytes | None) -> Any:
    if content is None:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}
