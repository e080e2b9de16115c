"""A policy file: run-policy.v1, as the host wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.errors import DocumentUnreadable, UsageError
from pybridge.mcp.policies.effective import HostPolicy
from pybridge.mcp.policies.policy import Policy, tighter
from pybridge.mcp.policies.templates import CEILINGS, TEMPLATES
from pybridge.storage.regular_file import read_regular

_MOST_BYTES = 64 * 1024
_RESOURCES = ("timeoutMs", "memoryBytes", "outputBytes", "filesBytes", "fileCount")


def host_policy(most: str, file: Path | None) -> HostPolicy:
    """Return what the host allows: `--max` and `--policy`.

    Raises:
        DocumentUnreadable: when the file cannot be read.
        Invalid: when it is not a run-policy.v1.
        UsageError: when it asks for something that its mode cannot give.
    """
    ceiling = CEILINGS[most]
    if file is None:
        return HostPolicy(ceiling=ceiling)
    value = _read(file)
    policy = _policy(value, file)
    enterprise = value.get("enterprise", {})
    lock = None
    if "lock" in enterprise or enterprise.get("forceAudit"):
        lock = _changed(replace(CEILINGS["yolo"], is_audited=False), enterprise.get("lock", {}))
        lock = replace(lock, is_audited=lock.is_audited or bool(enterprise.get("forceAudit")))
    ceiling = tighter(ceiling, policy)
    default = ceiling if ceiling.mode == "secure" else TEMPLATES["secure"]
    return HostPolicy(ceiling, default, lock, enterprise.get("minimumLevel"))


def _read(file: Path) -> dict[str, Any]:
    try:
        raw, size = read_regular(file, root=None, most=_MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(file, error) from error
    if size > _MOST_BYTES:
        raise UsageError(f"{file} has more than {_MOST_BYTES:,} bytes", "it is not a policy")
    value = abi.parse_json(raw.decode("utf-8", "replace"), str(file))
    abi.require("run-policy", value)
    return dict(value)


def _policy(value: Mapping[str, Any], file: Path) -> Policy:
    template = TEMPLATES[value.get("policy", "secure")]
    policy = _changed(template, value)
    beyond = [
        name
        for name, most in (("network", "blocked"), ("process", "blocked"), ("packages", "fixed"))
        if policy.mode == "secure" and getattr(policy, name) != most
    ]
    if policy.mode == "secure" and policy.files == "all":
        beyond.append("files")
    if beyond:
        hint = 'the sandbox cannot open them; begin with "policy": "yolo", or leave them out'
        raise UsageError(f"{file}: {', '.join(beyond)}: more than the mode secure allows", hint)
    return policy


def _changed(policy: Policy, value: Mapping[str, Any]) -> Policy:
    """Return the policy with the members of a run-policy.v1."""
    names = ("network", "files", "process", "packages")
    changed: dict[str, Any] = {name: value[name] for name in names if name in value}
    if "hosts" in value:
        changed["hosts"] = frozenset(value["hosts"])
    if "audit" in value:
        changed["is_audited"] = value["audit"]
    given = value.get("resources", {})
    limits = {abi.to_snake(name): given[name] for name in _RESOURCES if name in given}
    return replace(policy, **changed, resources=replace(policy.resources, **limits))
