"""Read and write pybridge.lock: the wheels of a project, in the form of a pyodide-lock.json."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.formats.json_text import decode_json
from pybridge.packages.entry import LockEntry
from pybridge.packages.errors import LockInvalid
from pybridge.packages.sandbox import Sandbox
from pybridge.project.packages import WantedPackages, name_in
from pybridge.storage.regular_file import read_regular

LOCK_FILE = "pybridge.lock"
EVERY_DOMAIN = "*"
_MOST_BYTES = 8 * 1024 * 1024
_SCHEMA = "pybridge:lock.v1"


@dataclass(frozen=True)
class Lock:
    """What the file says."""

    entries: Mapping[str, LockEntry]
    """By name, sorted."""
    licences: Mapping[str, str]
    """By name, as the wheels' metadata say; those that say nothing are not in it."""
    requires: Mapping[str, Sequence[str]]
    """Requirements in pybridge.toml that the lock was made for, by trust domain; see `WantedPackages.to_json`."""
    info: Mapping[str, str]
    """Of Pyodide; see `Sandbox.info`."""
    wasi: str
    """Version of the Python of the WASI engine."""

    def to_json(self) -> dict[str, Any]:
        """Return it as lock.v1."""
        own = {
            "requires": {domain: list(some) for domain, some in self.requires.items()},
            "licenses": dict(self.licences),
            "wasi": self.wasi,
        }
        packages = {name: entry.to_json() for name, entry in self.entries.items()}
        return {"schema": _SCHEMA, "info": dict(self.info), "packages": packages, "pybridge": own}

    def to_text(self) -> str:
        """Return the file: the same for the same lock."""
        return json.dumps(self.to_json(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    def names_for(self, domain: str) -> frozenset[str]:
        """Return the packages that scripts of a trust domain may import, with what those need."""
        asked = (*self.requires.get(EVERY_DOMAIN, ()), *self.requires.get(domain, ()))
        return self.with_needs(name_in(each) for each in asked)

    def with_needs(self, names: Iterable[str]) -> frozenset[str]:
        """Return these packages and what they require; packages may require each other."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name in self.entries and name not in found:
                found.add(name)
                pending += self.entries[name].depends
        return frozenset(found)

    def imports_for(self, domain: str) -> dict[str, str]:
        """Return the packages of a trust domain by the name that scripts import."""
        names = sorted(self.names_for(domain))
        return {module: name for name in names for module in self.entries[name].imports}

    def require_current(self, wanted: WantedPackages) -> None:
        """Return if the lock was made for what pybridge.toml asks for.

        Raises:
            LockInvalid: it was made for something else.
        """
        if {key: sorted(some) for key, some in self.requires.items()} != wanted.to_json():
            raise LockInvalid("it was made for other requirements than [packages] has now")

    def require_sandboxes(self, sandboxes: Sequence[Sandbox]) -> None:
        """Return if the lock was made for the Pythons of these sandboxes, Pyodide's first.

        Raises:
            LockInvalid: it was made for others.
        """
        pyodide, wasi = sandboxes
        if (dict(self.info), self.wasi) != (pyodide.info(), wasi.python):
            raise LockInvalid("it was made for other versions of the sandboxes' Pythons")


def read_lock(root: Path) -> Lock | None:
    """Return the lock of the project at *root*; None where it has none.

    Raises:
        LockInvalid: the file cannot be read, is not a lock, or contradicts itself.
    """
    try:
        content, size = read_regular(root / LOCK_FILE, root=root, most=_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LockInvalid(error.strerror or str(error)) from error
    if size > _MOST_BYTES:
        raise LockInvalid(f"larger than {_MOST_BYTES:,} bytes")
    try:
        value = decode_json(content.decode("utf-8"))
    except ValueError as error:
        raise LockInvalid(f"not JSON: {error}") from error
    return _lock(value)


def _lock(value: Any) -> Lock:
    problems = abi.validate("lock", value)
    if problems:
        raise LockInvalid(f"{problems[0].pointer}: {problems[0].message}")
    entries = {name: _entry(name, raw) for name, raw in sorted(value["packages"].items())}
    own = value["pybridge"]
    for entry in entries.values():
        absent = set(entry.depends) - entries.keys()
        if absent:
            raise LockInvalid(f"{entry.name} requires {min(absent)}, which is not in it")
    asked = [each for some in own["requires"].values() for each in some]
    absent = {_name_in(each) for each in asked} - entries.keys()
    if absent:
        raise LockInvalid(f"{min(absent)} is asked for and is not in it")
    return Lock(entries, own["licenses"], own["requires"], value["info"], own["wasi"])


def _entry(name: str, raw: Mapping[str, Any]) -> LockEntry:
    if raw["name"] != name:
        raise LockInvalid(f"the entry {name!r} is of {raw['name']!r}")
    return LockEntry(
        name,
        raw["version"],
        raw["file_name"],
        raw["sha256"],
        tuple(raw["imports"]),
        tuple(raw["depends"]),
    )


def _name_in(requirement: str) -> str:
    try:
        return name_in(requirement)
    except ValueError as error:
        raise LockInvalid(str(error)) from error
