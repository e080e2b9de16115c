"""Which scripts of a project may share an interpreter: the table `[trust]` of pybridge.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Rule = Literal["one", "project", "each"]
OWN = "project"
"""The domain of all scripts of a project, where they are kept from the built-in ones only."""


class BadTrust(ValueError):
    """The table is invalid; the message says why."""


@dataclass(frozen=True)
class Trust:
    """What the table says. A script does not choose its own domain: it is the one that is not trusted."""

    default: Rule = "one"
    """Scripts that no entry names: all with the built-in ones, all in one of their own, or each alone."""
    domains: Mapping[str, str] = field(default_factory=dict)
    """Domain by path of a script, or of a folder with a slash at its end; the longest wins."""

    def domain_of(self, path: str) -> str:
        """Return the domain of a project's script; the empty one is that of the built-in scripts."""
        named = [each for each in self.domains if _is_for(each, path)]
        if named:
            return self.domains[max(named, key=len)]
        return {"one": "", "project": OWN, "each": path}[self.default]


def read_trust(raw: Mapping[str, Any]) -> Trust:
    """Return the settings in the table.

    Raises:
        BadTrust: when it says something else than such a table can.
    """
    unknown = raw.keys() - {"default", "domains"}
    if unknown:
        raise BadTrust(f"trust has no key {min(unknown)!r}, known are default, domains")
    default, domains = raw.get("default", "one"), raw.get("domains", {})
    if default not in get_args(Rule):
        raise BadTrust(f"trust.default must be one, project or each, not {default!r}")
    if not isinstance(domains, dict):
        raise BadTrust(f"trust.domains must be a table, not {domains!r}")
    for path, name in domains.items():
        if not isinstance(name, str):
            raise BadTrust(f"trust.domains: the domain of {path} must be a string, not {name!r}")
    return Trust(default, domains)


def _is_for(entry: str, path: str) -> bool:
    return path.startswith(entry) if entry.endswith("/") else path == entry
