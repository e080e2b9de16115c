"""Everything pybridge raises on purpose: one root, one code per class, one hint per message."""

from __future__ import annotations

from pybridge.errors.machine import (
    BROWSER_COMMAND,
    BrowserMissing,
    BuildFailed,
    DownloadFailed,
    NodeMissing,
    PackageMissing,
    PortUnusable,
    bench_extra_missing,
    browser_extra_missing,
    studio_extra_missing,
)
from pybridge.errors.projects import (
    Conflict,
    DocumentNotText,
    DocumentUnreadable,
    GeneratedStale,
    OutputFailed,
    ProjectInvalid,
    ProjectMissing,
    ScriptNotFound,
    UnknownEngine,
)
from pybridge.errors.root import InternalError, Located, PybridgeError, RemoteError, UsageError
from pybridge.errors.sandboxes import (
    BootFailed,
    EngineCrashed,
    IntegrityFailed,
)
from pybridge.errors.values import (
    AbiMismatch,
    BookmarkInvalid,
    CallInvalid,
    InputTooLarge,
    Invalid,
    JsonUnreadable,
)

__all__ = [
    "BROWSER_COMMAND",
    "AbiMismatch",
    "BookmarkInvalid",
    "BootFailed",
    "BrowserMissing",
    "BuildFailed",
    "CallInvalid",
    "Conflict",
    "DocumentNotText",
    "DocumentUnreadable",
    "DownloadFailed",
    "EngineCrashed",
    "GeneratedStale",
    "InputTooLarge",
    "IntegrityFailed",
    "InternalError",
    "Invalid",
    "JsonUnreadable",
    "Located",
    "NodeMissing",
    "OutputFailed",
    "PackageMissing",
    "PortUnusable",
    "ProjectInvalid",
    "ProjectMissing",
    "PybridgeError",
    "RemoteError",
    "ScriptNotFound",
    "UnknownEngine",
    "UsageError",
    "all_errors",
    "bench_extra_missing",
    "browser_extra_missing",
    "studio_extra_missing",
]


def all_errors() -> list[type[PybridgeError]]:
    """Return every class of the tree, root first."""
    found: list[type[PybridgeError]] = [PybridgeError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return found
