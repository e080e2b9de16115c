"""A policy, and the tighter of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from pybridge.mcp.runs.request import RunLimits

MODES = ("secure", "yolo")
NETWORKS = ("blocked", "allowlist", "all")
FILES = ("none", "read", "write", "all")
PROCESSES = ("blocked", "all")
PACKAGES = ("fixed", "all")
"""Each from the tightest on."""

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Policy:
    """What a run may do at most."""

    name: str
    mode: str = "secure"
    """`secure`: a WASI process; `yolo`: a Python of this machine, without walls."""
    network: str = "blocked"
    hosts: frozenset[str] = frozenset()
    """Hosts that can be reached, where the network is `allowlist`."""
    files: str = "write"
    """`read` and `write` concern the folders that the host approved; `all`: every file of the machine."""
    process: str = "blocked"
    packages: str = "fixed"
    resources: RunLimits = field(default_factory=RunLimits)
    is_audited: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return the part of run-result.v1."""
        return {
            "name": self.name,
            "mode": self.mode,
            "network": self.network,
            "hosts": sorted(self.hosts),
            "files": self.files,
            "process": self.process,
            "packages": self.packages,
            "audit": self.is_audited,
        }


def tighter(one: Policy, other: Policy) -> Policy:
    """Return the policy that allows what both allow; it has the name of *other*."""
    network = _lower(NETWORKS, one.network, other.network)
    return Policy(
        name=other.name,
        mode=_lower(MODES, one.mode, other.mode),
        network=network,
        hosts=_common_hosts(one, other) if network == "allowlist" else frozenset(),
        files=_lower(FILES, one.files, other.files),
        process=_lower(PROCESSES, one.process, other.process),
        packages=_lower(PACKAGES, one.packages, other.packages),
        resources=smaller(one.resources, other.resources),
        is_audited=one.is_audited or other.is_audited,
    )


def smaller(one: RunLimits, other: RunLimits) -> RunLimits:
    """Return the smaller of each limit."""
    names = [each.name for each in fields(RunLimits)]
    return RunLimits(**{name: min(getattr(one, name), getattr(other, name)) for name in names})


def is_within(inner: Policy, outer: Policy) -> bool:
    """Whether *inner* allows nothing that *outer* does not."""
    return tighter(inner, outer) == Policy(**{**_members(inner), "name": outer.name})


def _members(policy: Policy) -> dict[str, Any]:
    return {each.name: getattr(policy, each.name) for each in fields(Policy)}


def _lower(order: Sequence[_Value], one: _Value, other: _Value) -> _Value:
    return order[min(order.index(one), order.index(other))]


def _common_hosts(one: Policy, other: Policy) -> frozenset[str]:
    lists = [each.hosts for each in (one, other) if each.network == "allowlist"]
    return frozenset.intersection(*lists)
