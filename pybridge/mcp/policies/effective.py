"""The policy that holds for a run: the host's most, tightened by its enterprise layer and by the arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pybridge.errors import UsageError
from pybridge.mcp.policies.policy import Policy, smaller, tighter
from pybridge.mcp.policies.templates import CEILINGS, LEVELS, TEMPLATES


class WallMissing(UsageError):
    """A policy wants code without a sandbox to be kept from something, which nothing here can do."""

    def __init__(self, what: str, wanted: str) -> None:
        problem = (
            f"the policy wants {what} {wanted} in mode yolo, and this server has no wall for that"
        )
        super().__init__(problem, "use a policy in mode secure, which has")


def require_walls(policy: Policy) -> None:
    """Return if every wall that a policy asks for is there: a sandbox has all, and native code none.

    Raises:
        WallMissing: when one is missing.
    """
    if policy.mode == "secure":
        return
    for name in ("network", "files", "process", "packages"):
        if getattr(policy, name) != "all":
            raise WallMissing(name, getattr(policy, name))


class PolicyRefused(UsageError):
    """The arguments ask for more than the host allows."""


@dataclass(frozen=True)
class HostPolicy:
    """What the host allows at most."""

    ceiling: Policy = CEILINGS["secure"]
    default: Policy = TEMPLATES["secure"]
    """Where the arguments name none; the ceiling tightens it."""
    lock: Policy | None = None
    """The enterprise layer: it tightens every policy."""
    minimum_level: str | None = None
    """Policies that are less strict than this one are refused."""


@dataclass(frozen=True)
class Effective:
    """The policy of a run."""

    policy: Policy
    set_by: Mapping[str, str]
    """Who set each member: `host`, `enterprise` or `arguments`."""

    def to_json(self) -> dict[str, Any]:
        """Return it as run-result.v1 has it."""
        return {**self.policy.to_json(), "setBy": dict(self.set_by)}


def effective(
    host: HostPolicy,
    policy_id: str | None = None,
    timeout_ms: int | None = None,
    default_timeout_ms: int = 50_000,
) -> Effective:
    """Return the policy that holds.

    Args:
        host: What the host allows.
        policy_id: The name of a template, from the arguments.
        timeout_ms: Milliseconds, from the arguments.
        default_timeout_ms: Where the arguments name none.

    Raises:
        PolicyRefused: when the arguments ask for a policy that the host does not allow.
    """
    asked = host.default if policy_id is None else _template(host, policy_id)
    least = host.minimum_level
    if least is not None and LEVELS[asked.name] < LEVELS[least]:
        problem = f"the policy {asked.name} is below the level that this host asks for: {least}"
        raise PolicyRefused(problem)
    allowed = tighter(host.ceiling, asked)
    locked = (
        allowed if host.lock is None else replace(tighter(host.lock, allowed), name=allowed.name)
    )
    wanted = timeout_ms if timeout_ms is not None else default_timeout_ms
    resources = smaller(locked.resources, replace(locked.resources, timeout_ms=wanted))
    policy = replace(locked, resources=resources)
    return Effective(policy, _set_by(host, policy_id, timeout_ms, allowed, policy))


def _template(host: HostPolicy, name: str) -> Policy:
    template = TEMPLATES.get(name)
    if template is None:
        raise PolicyRefused(f"no policy named {name[:80]!r}", f"there are {', '.join(TEMPLATES)}")
    if template.mode == "yolo" and host.ceiling.mode != "yolo":
        hint = "whoever starts the server can, by `--max yolo`; code then runs without walls"
        raise PolicyRefused("this host does not allow the policy yolo", hint)
    return template


def _set_by(
    host: HostPolicy, policy_id: str | None, timeout_ms: int | None, allowed: Policy, policy: Policy
) -> dict[str, str]:
    """Return who set each member."""
    found = {}
    for name in ("mode", "network", "files", "process", "packages"):
        value = getattr(policy, name)
        if value != getattr(allowed, name):
            found[name] = "enterprise"
        elif policy_id is not None and value != getattr(host.ceiling, name):
            found[name] = "arguments"
        else:
            found[name] = "host"
    found["timeoutMs"] = "arguments" if timeout_ms == policy.resources.timeout_ms else "host"
    return found
