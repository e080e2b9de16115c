"""Which advisories are about a locked version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.packages.advisories import BadAdvisories, Finding, findings, read_advisories
from pybridge.packages.entry import LockEntry

ENTRIES = {"a-b": LockEntry("a-b", "1.5", "a_b-1.5-py3-none-any.whl", "0" * 64, (), ())}


def found(affected: Any, **more: Any) -> bool:
    return bool(findings([{"id": "X-1", "affected": affected, **more}], ENTRIES))


def of(**said: Any) -> list[dict[str, Any]]:
    return [{"package": {"ecosystem": "PyPI", "name": "A_b"}, **said}]


@pytest.mark.parametrize(
    ("events", "is_in"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "1.5"}], False),
        ([{"introduced": "0"}, {"fixed": "1.6"}], True),
        ([{"introduced": "1.5"}], True),
        ([{"introduced": "1.6"}], False),
        ([{"introduced": "0"}, {"last_affected": "1.5"}], True),
        ([{"introduced": "0"}, {"last_affected": "1.4"}], False),
        ([{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "1.4"}], True),
        ([{"fixed": "1.0"}, {"introduced": "0"}], False),
        ([{"introduced": "x"}], True),
        ([], False),
    ],
)
def test_events_switch_a_range_on_and_off(events: list[dict[str, str]], is_in: bool) -> None:
    assert found(of(ranges=[{"type": "ECOSYSTEM", "events": events}])) is is_in


def test_versions_may_be_listed_and_other_packages_do_not_count() -> None:
    assert found(of(versions=["1.4", "1.5.0"]))
    assert not found(of(versions=["1.4", 1, None]))
    listed = of(versions=["1.5"])
    assert not found(listed, withdrawn="2026-01-01T00:00:00Z")
    assert not found([{**listed[0], "package": {"ecosystem": "npm", "name": "a-b"}}])
    assert not found([{**listed[0], "package": {"ecosystem": "PyPI", "name": "a"}}])
    assert not found("x")


def test_a_file_has_one_advisory_or_several(tmp_path: Path) -> None:
    path = tmp_path / "osv.json"
    one = {"id": "X-1", "summary": "Reads files\nand more", "affected": of(versions=["1.5"])}
    for value in (one, [one], {"vulns": [one]}):
        path.write_text(json.dumps(value))
        assert findings(read_advisories(path), ENTRIES) == [
            Finding("a-b", "1.5", "X-1", "Reads files")
        ]


@pytest.mark.parametrize("text", ["", "1", "{}", "[1]", '[{"id": 1}]', "[" * 100_000], ids=repr)
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "osv.json"
    path.write_text(text)
    with pytest.raises(BadAdvisories):
        read_advisories(path)
