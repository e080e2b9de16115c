"""Ids, semantic versions and their order, and the platform of this machine."""

from __future__ import annotations

import platform
import re
import sys

VERSION = re.compile(
    r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})"
    r"(?:-((?:0|[1-9][0-9]{0,8}|[0-9]*[a-z-][0-9a-z-]*)"
    r"(?:\.(?:0|[1-9][0-9]{0,8}|[0-9]*[a-z-][0-9a-z-]*))*))?"
)
"""Lower-case, so that no two versions are one folder on some system, and without build metadata."""

BUNDLE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}(?:\.[a-z0-9][a-z0-9_-]{0,62}){0,4}")
"""As the schema has it; also a folder's name."""

_SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}
_PROCESSORS = {"amd64": "x86_64", "aarch64": "arm64"}

Key = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


def is_version(text: str) -> bool:
    """Return whether *text* is a semantic version, as bundles have it."""
    return VERSION.fullmatch(text) is not None


def version_key(version: str) -> Key:
    """Return what orders versions by semver's precedence.

    Raises:
        ValueError: when it is not a version.
    """
    found = VERSION.fullmatch(version)
    if found is None:
        raise ValueError(f"not a semantic version: {version!r}")
    major, minor, patch, pre = found.groups()
    parts = tuple(
        (not part.isdigit(), int(part) if part.isdigit() else 0, part)
        for part in (pre or "").split(".")
        if part
    )
    return int(major), int(minor), int(patch), pre is None, parts


def this_platform() -> str:
    """Return the platform of this machine, such as `linux_x86_64`."""
    system = _SYSTEMS.get(sys.platform, sys.platform)
    if system == "macos":
        return "macos_universal"
    machine = platform.machine().lower()
    return f"{system}_{_PROCESSORS.get(machine, machine)}"
