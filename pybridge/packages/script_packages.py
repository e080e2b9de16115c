"""The packages of a project as an engine gets them: one image, compiled by the Python that imports from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pybridge.errors import BootFailed

COMPILER = Path(__file__).with_name("package_compiler.py")
"""The program that makes the image, with the standard library only."""
IMAGE = "packages.bin"
COMPILER_S = 600
"""Seconds: the largest packages have thousands of modules."""


@dataclass(frozen=True)
class ScriptPackages:
    """What scripts may import beside the standard library."""

    digest: str
    """Changes with what `archive` returns."""
    archive: Callable[[], bytes]
    """Returns a ZIP archive of all packages; see `pybridge.packages.merged`."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """The package of each module at the top."""
    common: tuple[str, ...] = ()
    """Modules at the top that scripts of every trust domain may import."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """By package."""

    def request(self) -> bytes:
        """Return what the compiler reads."""
        return self._policy() + self.archive()

    def key(self, *more: str) -> str:
        """Return a name for the image that a Python makes of it."""
        compiler = hashlib.sha256(COMPILER.read_bytes()).hexdigest()
        policy = hashlib.sha256(self._policy()).hexdigest()
        parts = "\n".join((policy, self.digest, compiler, *more))
        return hashlib.sha256(parts.encode()).hexdigest()[:20]

    def _policy(self) -> bytes:
        policy = {"imports": dict(sorted(self.imports.items())), "common": sorted(self.common)}
        return json.dumps(policy).encode("ascii") + b"\n"


def checked(engine: str, status: int, stdout: bytes, stderr: bytes) -> bytes:
    """Return the image that a compiler wrote.

    Raises:
        BootFailed: the compiler failed.
    """
    if status or not stdout:
        last = stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise BootFailed(engine, f"its Python does not compile the packages: {last}")
    return stdout
