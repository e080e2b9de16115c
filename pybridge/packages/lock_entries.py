"""Describe a pure wheel as an entry of a Pyodide lock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from keyword import iskeyword

from packaging.metadata import RawMetadata, parse_email
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from pybridge.packages.archives import Archive, read_archive
from pybridge.packages.entry import LockEntry
from pybridge.packages.errors import Unusable, WheelRefused
from pybridge.packages.requirements import needed
from pybridge.packages.sandbox import Sandbox

_NATIVE = (".so", ".pyd", ".dll", ".dylib", ".a", ".wasm")
_INTERPRETER = re.compile(r"py3(\d*)")
_IS_PURE = re.compile(rb"^Root-Is-Purelib:[ \t]*true[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def lock_entry(
    file_name: str, content: bytes, sandbox: Sandbox, extras: Collection[str] = ()
) -> LockEntry:
    """Return the entry of a wheel, from its bytes alone.

    Args:
        file_name: As the index has it; without a folder.
        content: The wheel.
        sandbox: What it is for: markers are evaluated for this Python.
        extras: Which of its extras are wanted; a lock has one entry for a package with all of them.

    Raises:
        WheelRefused: It cannot be read, contradicts its name, or does not work in the sandbox.
    """
    try:
        return _entry(file_name, content, sandbox, extras)
    except Unusable as problem:
        raise WheelRefused(file_name, str(problem)) from problem


def _entry(file_name: str, content: bytes, sandbox: Sandbox, extras: Collection[str]) -> LockEntry:
    name, version = _identity(file_name, sandbox)
    archive = read_archive(content)
    _check_pure(archive)
    metadata, _ = parse_email(archive.metadata)
    _check_metadata(metadata, name, version, sandbox)
    return LockEntry(
        name,
        str(version),
        file_name,
        hashlib.sha256(content).hexdigest(),
        _imports(archive.names),
        needed(name, metadata.get("requires_dist", []), sandbox, extras),
    )


def _identity(file_name: str, sandbox: Sandbox) -> tuple[str, Version]:
    try:
        name, version, _, tags = parse_wheel_filename(file_name)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise Unusable(str(error)) from error
    if not any(_suits(tag, sandbox) for tag in tags):
        raise Unusable(f"not pure Python for Python {sandbox.python}: {_listed(tags)}")
    return name, version


def _suits(tag: Tag, sandbox: Sandbox) -> bool:
    found = _INTERPRETER.fullmatch(tag.interpreter)
    is_pure = tag.abi == "none" and tag.platform == "any"
    return bool(is_pure and found and int(found[1] or 0) <= sandbox.minor)


def _listed(tags: Collection[Tag]) -> str:
    return ", ".join(sorted(map(str, tags)))


def _check_pure(archive: Archive) -> None:
    if not _IS_PURE.search(archive.about_wheel):
        raise Unusable("WHEEL does not say Root-Is-Purelib: true")
    for name in archive.names:
        if name.lower().endswith(_NATIVE) or ".so." in name.rpartition("/")[2]:
            raise Unusable(f"native code: {name!r}")
        if name.split("/")[0].endswith(".data"):
            raise Unusable(f"a file for another folder than site-packages: {name!r}")


def _check_metadata(metadata: RawMetadata, name: str, version: Version, sandbox: Sandbox) -> None:
    own_name, own_version = metadata.get("name", ""), metadata.get("version", "")
    try:
        is_same = canonicalize_name(own_name) == name and Version(own_version) == version
        suits = SpecifierSet(metadata.get("requires_python", "")).contains(
            sandbox.python, prereleases=True
        )
    except (InvalidVersion, InvalidSpecifier) as error:
        raise Unusable(f"METADATA: {error}") from error
    if not is_same:
        raise Unusable(f"METADATA is of {own_name!r} {own_version!r}")
    if not suits:
        wanted = metadata.get("requires_python")
        raise Unusable(f"it needs Python {wanted}, the sandbox has {sandbox.python}")


def _imports(names: Sequence[str]) -> tuple[str, ...]:
    """Return what an `import` can name: modules, and folders with a module in them or below."""
    found: set[str] = set()
    for name in names:
        *folders, file = name.split("/")
        path = [*folders, file.removesuffix(".py")]
        if file.endswith(".py") and all(
            each.isidentifier() and not iskeyword(each) for each in path
        ):
            found.add(path[0])
    return tuple(sorted(found))
