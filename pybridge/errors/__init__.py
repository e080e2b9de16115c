"""The root of all errors, and those that several packages raise; others are where they are raised."""

from __future__ import annotations

from pybridge.errors.machine import (
    PackageMissing,
    browser_extra_missing,
)
from pybridge.errors.projects import (
    Conflict,
    DocumentUnreadable,
    OutputFailed,
    ProjectInvalid,
    ScriptNotFound,
    UnknownEngine,
)
from pybridge.errors.root import InternalError, Located, PybridgeError, RemoteError, UsageError
from pybridge.errors.sandboxes import (
    BootFailed,
    Cancelled,
    ComponentAbsent,
    EngineCrashed,
    IntegrityFailed,
)
from pybridge.errors.values import (
    CallInvalid,
    InputTooLarge,
    Invalid,
    JsonUnreadable,
)

__all__ = [
    "BootFailed",
    "CallInvalid",
    "Cancelled",
    "ComponentAbsent",
    "Conflict",
    "DocumentUnreadable",
    "EngineCrashed",
    "InputTooLarge",
    "IntegrityFailed",
    "InternalError",
    "Invalid",
    "JsonUnreadable",
    "Located",
    "OutputFailed",
    "PackageMissing",
    "ProjectInvalid",
    "PybridgeError",
    "RemoteError",
    "ScriptNotFound",
    "UnknownEngine",
    "UsageError",
    "all_errors",
    "browser_extra_missing",
]


def all_errors() -> list[type[PybridgeError]]:
    """Return every class of the tree, root first."""
    found: list[type[PybridgeError]] = [PybridgeError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return found
