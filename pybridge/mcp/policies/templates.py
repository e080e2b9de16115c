"""The policies that have a name."""

from __future__ import annotations

from collections.abc import Mapping

from pybridge.mcp.policies.policy import Policy
from pybridge.mcp.runs.request import RunLimits

_MIB = 1024 * 1024


def _limits(seconds: int, memory_mib: int, files_mib: int = 64) -> RunLimits:
    return RunLimits(
        timeout_ms=seconds * 1000, memory_bytes=memory_mib * _MIB, files_bytes=files_mib * _MIB
    )


TEMPLATES: Mapping[str, Policy] = {
    each.name: each
    for each in (
        Policy("secure", resources=_limits(600, 256)),
        Policy("balanced", resources=_limits(30, 2048)),
        Policy("data_science", resources=_limits(120, 2048, 256)),
        Policy("document_processing", resources=_limits(60, 1024, 256)),
        Policy("enterprise", files="none", resources=_limits(10, 512)),
        Policy(
            "yolo", "yolo", "all", files="all", process="all", packages="all",
            resources=_limits(300, 8192, 256),
        ),
    )
}  # fmt: skip
LEVELS: Mapping[str, int] = {
    "yolo": 0,
    "balanced": 1,
    "data_science": 1,
    "document_processing": 1,
    "secure": 2,
    "enterprise": 3,
}
"""How strict each is."""
CEILINGS: Mapping[str, Policy] = {
    "secure": Policy("secure", resources=RunLimits(600_000, 2048 * _MIB, 8 * _MIB, 256 * _MIB, 20_000)),
    "yolo": Policy(
        "yolo", "yolo", "all", files="all", process="all", packages="all",
        resources=RunLimits(600_000, 8192 * _MIB, 8 * _MIB, 256 * _MIB, 20_000),
    ),
}  # fmt: skip
"""The most that `--max` allows."""
