"""What the commands for packages say of a lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pybridge.packages.lock_file import Lock
from pybridge.project.packages import name_in


def report_of(found: Lock) -> dict[str, Any]:
    """Return the packages of a lock as cli-packages.v1."""
    domains = {name: found.names_for(name) for name in found.requires}
    return {
        "packages": [
            {
                "name": entry.name,
                "version": entry.version,
                "license": found.licences.get(entry.name),
                "sha256": entry.sha256,
                "imports": list(entry.imports),
                "depends": list(entry.depends),
                "domains": [each for each, names in domains.items() if entry.name in names],
            }
            for entry in found.entries.values()
        ]
    }


def chains_to(found: Lock, name: str) -> Iterator[tuple[str, ...]]:
    """Yield for each requirement that leads to a package the shortest chain of packages."""
    for domain, asked in found.requires.items():
        for requirement in asked:
            chain = _shortest(found, name_in(requirement), name)
            if chain:
                yield (requirement if domain == "*" else f"{requirement} ({domain})", *chain[1:])


def _shortest(found: Lock, start: str, end: str) -> tuple[str, ...]:
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for path in paths:  # grows
        if path[-1] == end:
            return path
        further = [each for each in found.entries[path[-1]].depends if each not in seen]
        seen.update(further)
        paths += [(*path, each) for each in further]
    return ()
