"""Policies: the effective one is never wider than any layer, and arguments alone never reach yolo."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybridge import abi
from pybridge.errors import PybridgeError, UsageError
from pybridge.mcp.policies.effective import HostPolicy, PolicyRefused, effective
from pybridge.mcp.policies.policy import (
    FILES,
    MODES,
    NETWORKS,
    PACKAGES,
    PROCESSES,
    Policy,
    is_within,
    tighter,
)
from pybridge.mcp.policies.reading import host_policy
from pybridge.mcp.policies.templates import CEILINGS, LEVELS, TEMPLATES
from pybridge.mcp.runs.request import RunLimits
from tests.amounts import amount

HOSTS = st.frozensets(st.sampled_from("abcd"))
NUMBERS = st.integers(1, 10**6)
LIMITS = st.builds(RunLimits, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)


def policies() -> st.SearchStrategy[Policy]:
    def made(policy: Policy) -> Policy:
        return policy if policy.network == "allowlist" else replace(policy, hosts=frozenset())

    return st.builds(
        Policy, st.sampled_from(list(TEMPLATES)), st.sampled_from(MODES), st.sampled_from(NETWORKS), HOSTS, st.sampled_from(FILES),
        st.sampled_from(PROCESSES), st.sampled_from(PACKAGES), LIMITS, st.booleans(),
    ).map(made)  # fmt: skip


HOST = st.builds(
    HostPolicy, policies(), policies(), st.none() | policies(), st.none() | st.sampled_from(list(LEVELS))
)  # fmt: skip


@settings(max_examples=amount(500, 10_000), deadline=None)
@given(policies(), policies(), policies())
def test_the_tighter_one_is_within_both_and_order_does_not_matter(
    one: Policy, other: Policy, third: Policy
) -> None:
    both = tighter(one, other)
    assert is_within(both, one)
    assert is_within(both, other)
    assert replace(tighter(other, one), name="") == replace(both, name="")
    assert tighter(one, one) == one
    left, right = tighter(tighter(one, other), third), tighter(one, tighter(other, third))
    assert left == right


@settings(max_examples=amount(500, 10_000), deadline=None)
@given(HOST, st.none() | st.sampled_from(list(TEMPLATES)), st.none() | NUMBERS)
def test_the_effective_policy_is_never_wider_than_any_layer(
    host: HostPolicy, policy_id: str | None, timeout_ms: int | None
) -> None:
    try:
        found = effective(host, policy_id, timeout_ms).policy
    except PolicyRefused:
        assert policy_id == "yolo" or host.minimum_level is not None
        return
    layers = [host.ceiling, host.default if policy_id is None else TEMPLATES[policy_id]]
    layers += [] if host.lock is None else [host.lock]
    assert [layer for layer in layers if not is_within(found, layer)] == []
    assert timeout_ms is None or found.resources.timeout_ms <= timeout_ms
    if found.mode == "yolo":
        assert all(layer.mode == "yolo" for layer in layers)


@pytest.mark.parametrize("policy_id", [None, *TEMPLATES])
def test_arguments_alone_never_reach_yolo(policy_id: str | None) -> None:
    host = host_policy("secure", None)
    if policy_id == "yolo":
        with pytest.raises(PolicyRefused, match="--max yolo"):
            effective(host, policy_id)
    else:
        held = effective(host, policy_id).policy
        assert (held.mode, held.network, held.process) == ("secure", "blocked", "blocked")


def test_a_host_that_allows_yolo_still_begins_with_secure() -> None:
    host = host_policy("yolo", None)
    assert effective(host).policy.mode == "secure"
    assert effective(host, "yolo").policy.mode == "yolo"


def written(tmp_path: Path, value: object) -> Path:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(value), "utf-8")
    return path


def test_the_answer_says_who_set_what(tmp_path: Path) -> None:
    lock = {"files": "none", "resources": {"timeoutMs": 9000}}
    value = {
        "policy": "balanced",
        "files": "read",
        "enterprise": {"lock": lock, "forceAudit": True},
    }
    host = host_policy("secure", written(tmp_path, value))
    held = effective(host, "data_science", 5000)
    assert held.set_by["files"] == "enterprise"
    assert held.set_by["timeoutMs"] == "arguments"
    assert held.policy.resources.timeout_ms == 5000
    assert effective(host, None, 60_000).policy.resources.timeout_ms == 9000
    assert held.policy.is_audited


@pytest.mark.parametrize(
    ("least", "refused"),
    [("balanced", {"yolo"}), ("secure", {"yolo", "balanced", "data_science", "document_processing"}),
     ("enterprise", {"yolo", "balanced", "data_science", "document_processing", "secure"})],
)  # fmt: skip
def test_policies_below_the_level_are_refused(least: str, refused: set[str]) -> None:
    host = HostPolicy(CEILINGS["yolo"], TEMPLATES["enterprise"], None, least)
    found = set()
    for name in TEMPLATES:
        try:
            effective(host, name)
        except PolicyRefused:
            found.add(name)
    assert found == refused


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"network": "all"}, id="network"),
        pytest.param({"files": "all"}, id="files"),
        pytest.param({"policy": "balanced", "process": "all", "packages": "all"}, id="process"),
        pytest.param({"policy": "open"}, id="template"),
        pytest.param({"enterprise": {"lock": {"policy": "yolo"}}}, id="lock"),
        pytest.param([], id="list"),
    ],
)
def test_a_policy_file_that_cannot_hold_is_refused(tmp_path: Path, value: object) -> None:
    with pytest.raises(PybridgeError):
        host_policy("secure", written(tmp_path, value))


def test_a_file_of_yolo_needs_the_option_as_well(tmp_path: Path) -> None:
    path = written(tmp_path, {"policy": "yolo"})
    with pytest.raises(PolicyRefused):
        effective(host_policy("secure", path), "yolo")
    assert effective(host_policy("yolo", path), "yolo").policy.mode == "yolo"


def test_names_and_levels_agree_with_the_schema() -> None:
    schema = abi.all_schemas()["run-policy"]
    assert set(schema["properties"]["policy"]["enum"]) == TEMPLATES.keys() == LEVELS.keys()
    for name, order in (("network", NETWORKS), ("files", FILES), ("process", PROCESSES), ("packages", PACKAGES)):  # fmt: skip
        assert tuple(schema["properties"][name]["enum"]) == order


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises((PybridgeError, UsageError), match=r"nothing\.json"):
        host_policy("secure", tmp_path / "nothing.json")
