"""Hosts of iframes in pybridge.toml: what is taken, and what each bad entry is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pybridge.errors import ProjectInvalid
from pybridge.project.discover import read_settings
from pybridge.project.iframe_hosts import BadHtml, read_iframe_hosts

CASES: Any = json.loads((Path(__file__).parents[2] / "iframe_hosts.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["entries"], ids=lambda case: ascii(case["given"])[:40])
def test_an_entry(case: dict[str, str]) -> None:
    raw = {"iframe_hosts": [CASES["hosts"][0], case["given"]]}
    if "host" in case:
        assert read_iframe_hosts(raw) == tuple(sorted({CASES["hosts"][0], case["host"]}))
        return
    with pytest.raises(BadHtml) as caught:
        read_iframe_hosts(raw)
    shown = json.dumps(case["given"], ensure_ascii=False)
    assert str(caught.value) == f"html.iframe_hosts: {shown} {case['problem']}"


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        pytest.param("", None, id="no-table"),
        pytest.param("[html]", None, id="empty-table"),
        pytest.param("[html]\niframe_hosts = []", (), id="none"),
        pytest.param(
            '[html]\niframe_hosts = ["B.example", "a.example", "b.EXAMPLE"]',
            ("a.example", "b.example"),
            id="each-once-in-lower-case",
        ),
    ],
)
def test_settings(tmp_path: Path, text: str, hosts: tuple[str, ...] | None) -> None:
    (tmp_path / "pybridge.toml").write_text(text)
    assert read_settings(tmp_path).iframe_hosts == hosts


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("html = 1", "html must be a table, not 1", id="no-table"),
        pytest.param(
            '[html]\niframe_hosts = "a.example"',
            "html.iframe_hosts must be a list of hosts, not 'a.example'",
            id="no-list",
        ),
        pytest.param(
            "[html]\niframe_hosts = [1]", "html.iframe_hosts: 1 is not a string", id="number"
        ),
        pytest.param(
            "[html]\niframeHosts = []",
            "html has no key 'iframeHosts', did you mean iframe_hosts?",
            id="misspelt",
        ),
        pytest.param("[html]\nzzz = 1", "html has no key 'zzz', known is iframe_hosts", id="other"),
        pytest.param(
            '[html]\niframe_hosts = ["https://a.example/"]',
            'html.iframe_hosts: "https://a.example/" is a URL, write its host alone',
            id="url",
        ),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "pybridge.toml"
    path.write_text(text)
    with pytest.raises(ProjectInvalid) as caught:
        read_settings(tmp_path)
    assert caught.value.to_json() == {
        "code": "schema",
        "message": f"{path}: {problem}",
        "hint": "correct the file, or delete it to use the defaults",
    }
