"""The bill of materials of the wheel: its requirements, and theirs, at the locked versions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pybridge
from pybridge.build import pins
from pybridge.build.errors import BuildFailed
from pybridge.build.sbom.document import Component, document
from pybridge.build.sbom.interpreters import wasm
from pybridge.build.sbom.licences import LICENCES
from pybridge.build.sbom.npm import locked

FILE = Path("requirements/pybridge-runtime.cdx.json")
"""Where it is in a checkout; pyproject.toml puts it into the wheel."""
LOCKS = (Path("requirements/packages.txt"), Path("requirements/dev.txt"))
"""The first has what only newer Pythons get: pip-compile locks for the one that it runs on. The last one counts."""

_PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_VIA = re.compile(r"^    # +(?:via +)?([a-z0-9-]+)$")


@dataclass(frozen=True)
class Lock:
    """What the locks say."""

    versions: Mapping[str, str]
    uses: Mapping[str, tuple[str, ...]]
    """The names that each name requires."""


def wheel_sbom(checkout: Path, packages: Iterable[str], heading: str = "") -> str:
    """Return the document, from the checkout's pyproject.toml and locks.

    Args:
        checkout: Its folder.
        packages: Places of the npm packages whose code is in the wheel, as `npm.locked` takes them.
        heading: Says what writes the file.

    Raises:
        BuildFailed: A requirement is not locked, or has no entry in LICENCES.
    """
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    lock = read_lock("".join((checkout / path).read_text("utf-8") for path in LOCKS))
    version = pybridge.__version__
    root = Component(
        project["name"],
        version,
        "MIT",
        f"pkg:pypi/{project['name']}@{version}",
        uses=(*_requirements(project, lock), *locked(packages)),
    )
    return document(root, f"{heading} Source: {_sources()}." if heading else "")


def read_lock(text: str) -> Lock:
    """Read the output of pip-compile: each name has its version, and below it the names that require it."""
    versions: dict[str, str] = {}
    uses: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if pinned := _PINNED.match(line):
            name, versions[name] = pinned[1], pinned[2]
        elif via := _VIA.match(line):
            uses.setdefault(via[1], []).append(name)
    return Lock(versions, {each: tuple(dict.fromkeys(names)) for each, names in uses.items()})


def _sources() -> str:
    return ", ".join(("pyproject.toml", *(path.as_posix() for path in LOCKS)))


def _requirements(project: Mapping[str, Any], lock: Lock) -> Iterator[Component]:
    """Yield what the wheel requires, then what only its extras do; `dev` is for work on pybridge itself."""
    needed = {_canonical(text): text for text in project["dependencies"]}
    extras = project["optional-dependencies"]
    added = {_canonical(text): text for extra in extras if extra != "dev" for text in extras[extra]}
    distributions = _Distributions(lock, {**added, **needed}, frozenset(_closure(needed, lock)))
    for name in (*needed, *added):
        yield distributions.component(name)


def _canonical(requirement: str) -> str:
    found = _NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def _closure(names: Iterable[str], lock: Lock) -> Iterator[str]:
    for name in names:
        yield name
        yield from _closure(lock.uses.get(name, ()), lock)


@dataclass(frozen=True)
class _Distributions:
    lock: Lock
    requirements: Mapping[str, str]
    """The text of each requirement of pyproject.toml, by name."""
    needed: frozenset[str]
    """What is required without any extra."""

    def component(self, name: str) -> Component:
        """Return a distribution with what it requires.

        Raises:
            BuildFailed: It is not locked, or has no licence.
        """
        for known, place in ((self.lock.versions, LOCKS[-1]), (LICENCES, "sbom/licences.py")):
            if name not in known:
                raise BuildFailed("the bill of materials", f"{name} is missing in {place}")
        inside = (wasm(),) if name == pins.WASM_PACKAGE else ()
        version = self.lock.versions[name]
        return Component(
            name,
            version,
            LICENCES[name],
            f"pkg:pypi/{name}@{version}",
            is_optional=name not in self.needed,
            requirement=self.requirements.get(name, ""),
            uses=(*inside, *map(self.component, self.lock.uses.get(name, ()))),
        )
