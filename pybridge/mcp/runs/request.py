"""What a run is given: code, data, files and limits; and where it finds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pybridge.mcp.runs.result import RunResult

WORKSPACE = "/workspace"
"""The working folder of the code."""
INPUT_DIR = "/workspace/input"
OUTPUT_DIR = "/workspace/output"
"""Files that the code leaves there come back as artifacts."""
OWN_DIR = "/run/pybridge"


@dataclass(frozen=True)
class RunLimits:
    """The limits of one run."""

    timeout_ms: int = 50_000
    memory_bytes: int = 256 * 1024 * 1024
    output_bytes: int = 1024 * 1024
    """Bytes that are kept of each stream."""
    files_bytes: int = 64 * 1024 * 1024
    file_count: int = 10_000

    def to_json(self) -> dict[str, int]:
        """Return them as run-result.v1 has them."""
        return {
            "timeoutMs": self.timeout_ms,
            "memoryBytes": self.memory_bytes,
            "outputBytes": self.output_bytes,
            "filesBytes": self.files_bytes,
            "fileCount": self.file_count,
        }


@dataclass(frozen=True)
class CodeRun:
    """One run of code."""

    code: str
    inputs: Any = None
    """A JSON value, the global `inputs` of the code."""
    args: Sequence[str] = ()
    """`sys.argv[1:]`."""
    stdin: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Files that it begins with, by absolute path."""
    folders: Sequence[str] = ()
    """Folders that are there even if they are empty."""
    paths: Sequence[str] = ()
    """Folders that modules are imported from, beside `WORKSPACE`."""
    kept: Sequence[str] = ()
    """Folders whose changes are written back by the host, beside the artifacts."""
    limits: RunLimits = field(default_factory=RunLimits)

    def names(self) -> dict[str, Any]:
        """Return the globals that the code begins with."""
        return {
            "inputs": self.inputs,
            "WORKSPACE": WORKSPACE,
            "INPUT_DIR": INPUT_DIR,
            "OUTPUT_DIR": OUTPUT_DIR,
        }

    def request(self, **more: Any) -> bytes:
        """Return the request as `guest.py` reads it, in one line."""
        value = {
            "code": self.code,
            "names": self.names(),
            "args": list(self.args),
            "paths": list(self.paths),
            "folders": [INPUT_DIR, OUTPUT_DIR, *self.folders],
            "kept": [OUTPUT_DIR, *self.kept],
            **more,
        }
        return json.dumps(value).encode("ascii")


class Running(Protocol):
    """A run that was started."""

    def wait(self, timeout_s: float) -> RunResult:
        """Return its result.

        Raises:
            TimeoutError: when it has not ended within *timeout_s* seconds; it goes on.
        """
        ...

    def cancel(self) -> None:
        """End it at once."""
        ...
