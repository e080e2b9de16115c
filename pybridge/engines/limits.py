"""Limits of a sandbox: time, memory, input, output."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from pybridge.abi.naming import to_camel


@dataclass(frozen=True)
class Limits:
    """The limits of a sandbox; a test holds the defaults to limits.v1."""

    item_s: float = 5
    """Seconds for one macro."""
    compile_s: float = 5
    """Seconds for reading and compiling a script."""
    run_s: float = 60
    """Seconds for a utility script."""
    boot_s: float = 30
    """Seconds for an engine to start."""
    memory_mib: int = 512
    """MiB of heap."""
    input_bytes: int = 16 * 1024 * 1024
    """Bytes of one input: a call, or a document with its data."""
    input_depth: int = 64
    """Levels of nesting in an input."""
    output_bytes: int = 4 * 1024 * 1024
    """Bytes of one result."""
    output_depth: int = 64
    """Levels of nesting in a result."""
    stdout_bytes: int = 256 * 1024
    """Bytes of standard output and standard error together, for one call or run."""
    batch_s: float = 3600
    """Seconds for one batch; checked whenever items are finished."""
    batch_items: int = 200_000
    """Items of one batch."""

    def capped(self, by: Limits) -> Limits:
        """Return the smaller of each limit: the requested one, within the host's maximum."""
        names = [field.name for field in fields(self)]
        return Limits(**{name: min(getattr(self, name), getattr(by, name)) for name in names})

    def to_json(self) -> dict[str, Any]:
        """Return the limits as limits.v1."""
        return {to_camel(field.name): getattr(self, field.name) for field in fields(self)}
