"""Which packages of others the scripts of a project may import: the table `[packages]` of pybridge.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_REQUIREMENTS = 200
"""In the whole table."""

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?)[ ]?"
    r"(?:\[[A-Za-z0-9._, -]{1,200}\])?[ ]?"
    r"(?:(?:[~!<=>]=|[<>])[A-Za-z0-9.*+! ,<=>~-]{1,200})?"
)
"""A name, extras and versions: no markers and no addresses. `packaging` reads the rest when the lock is made."""
_KEYS = ("index", "requires", "domains")


class BadPackages(ValueError):
    """The table is invalid; the message says why."""


@dataclass(frozen=True)
class WantedPackages:
    """What the table says."""

    requires: tuple[str, ...] = ()
    """Requirements such as `tabulate>=0.9`, for scripts of every trust domain."""
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """More requirements, for the scripts of one trust domain."""
    index: str | None = None
    """Address of the package index that `pybridge packages lock` asks, unless it is given another."""

    def __bool__(self) -> bool:
        return bool(self.requires or self.domains)

    def all(self) -> tuple[str, ...]:
        """Return the requirements of all trust domains, each once."""
        more = (each for some in self.domains.values() for each in some)
        return tuple(dict.fromkeys((*self.requires, *more)))

    def for_domain(self, domain: str) -> tuple[str, ...]:
        """Return the requirements of one trust domain."""
        return tuple(dict.fromkeys((*self.requires, *self.domains.get(domain, ()))))

    def to_json(self) -> dict[str, list[str]]:
        """Return the requirements by trust domain, sorted; those of every domain have the key `*`."""
        named = {"*": self.requires, **self.domains}
        return {domain: sorted(set(some)) for domain, some in sorted(named.items()) if some}


def read_packages(raw: Mapping[str, Any]) -> WantedPackages:
    """Return the settings in the table.

    Raises:
        BadPackages: when it says something else than such a table can.
    """
    unknown = raw.keys() - set(_KEYS)
    if unknown:
        raise BadPackages(f"packages has no key {min(unknown)!r}, known are {', '.join(_KEYS)}")
    index, domains = raw.get("index"), raw.get("domains", {})
    if index is not None and not isinstance(index, str):
        raise BadPackages(f"packages.index must be an address, not {index!r}")
    if not isinstance(domains, dict):
        raise BadPackages(f"packages.domains must be a table, not {domains!r}")
    requires = _requirements(raw.get("requires", []), "packages.requires")
    named = {key: _requirements(some, f"packages.domains.{key}") for key, some in domains.items()}
    if "*" in named:
        raise BadPackages("packages.domains: '*' is not a trust domain, use packages.requires")
    wanted = WantedPackages(requires, named, index)
    if len(wanted.all()) > MOST_REQUIREMENTS:
        raise BadPackages(f"packages: more than {MOST_REQUIREMENTS} requirements")
    return wanted


def name_in(requirement: str) -> str:
    """Return the normalised name that a requirement begins with.

    Raises:
        BadPackages: it is not a requirement.
    """
    found = _REQUIREMENT.fullmatch(requirement)
    if found is None:
        raise BadPackages(
            f"not a package with versions, such as 'tabulate>=0.9': {requirement[:100]!r}"
        )
    return re.sub(r"[-_.]+", "-", found["name"]).lower()


def _requirements(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadPackages(f"{place} must be a list of strings, not {value!r}")
    found: dict[str, str] = {}
    for each in value:
        try:
            name = name_in(each)
        except BadPackages as error:
            raise BadPackages(f"{place}: {error}") from error
        if name in found:
            raise BadPackages(f"{place}: {name} twice: {found[name]!r} and {each!r}")
        found[name] = each
    return tuple(value)
