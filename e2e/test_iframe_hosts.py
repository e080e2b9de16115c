"""Whose pages iframes may show: one list, the same bytes in the page and in Python, and no way around it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Host, OpenHost, call
from pybridge.commands.projects.build import build
from pybridge.html.policy import html_policy
from pybridge.html.sanitise import clean
from pybridge.project.discover import require_project

CASES: Any = json.loads(
    (Path(__file__).parents[1] / "tests" / "iframe_hosts.json").read_text("utf-8")
)
HOSTS = CASES["hosts"]
POLICY = html_policy(HOSTS)
ECHO = "def render(context):\n    return {'html': context['params']['x']}\n"
MAP = '<iframe src="https://maps.example.org/a"></iframe>'
VIDEO = '<iframe src="https://www.youtube.com/embed/a"></iframe>'
FRAGMENTS = {
    **{
        case.get("name", case["src"]): f'<iframe src="{case["src"]}"></iframe>'
        for case in CASES["sources"]
    },
    **{case["name"]: case["html"] for case in CASES["fragments"]},
}

FRAMES = """(texts) => texts.map((text) => {
  const page = new DOMParser().parseFromString(`<!DOCTYPE html><body>${text}</body>`, "text/html");
  return [...page.querySelectorAll("iframe, frame, object, embed")].map((frame) => {
    if (!URL.canParse(frame.src, "http://here.invalid/")) return ["invalid"];
    const { protocol, hostname, port, username, password } = new URL(frame.src, "http://here.invalid/");
    return [protocol, hostname, port, username, password, frame.hasAttribute("srcdoc")];
  });
})"""
"""What the browser itself would open: no reading of ours stands between."""


def rendered(host: Host, fragments: dict[str, str]) -> dict[str, dict[str, Any]]:
    outcomes = host.do("calls", calls=[call("echo", x=html) for html in fragments.values()])
    return dict(zip(fragments, outcomes, strict=True))


def test_in_the_page_and_in_python_the_same_frames_stay(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0, iframeHosts=HOSTS)
    host.load(echo=ECHO)
    seen = rendered(host, FRAGMENTS)
    told = {
        name: [warning["message"] for warning in outcome.get("warnings", [])]
        for name, outcome in seen.items()
    }
    expected = {name: clean(html, POLICY) for name, html in FRAGMENTS.items()}
    assert {name: outcome["result"]["html"] for name, outcome in seen.items()} == {
        name: cleaned.html for name, cleaned in expected.items()
    }
    assert told == {
        name: [notice.message for notice in cleaned.notices] for name, cleaned in expected.items()
    }


def test_what_stays_opens_nothing_but_a_listed_host(open_host: OpenHost) -> None:
    host = open_host()
    host.start(spares=0, iframeHosts=HOSTS)
    host.load(echo=ECHO)
    texts = [outcome["result"]["html"] for outcome in rendered(host, FRAGMENTS).values()]
    frames = [frame for found in host.page.evaluate(FRAMES, texts) for frame in found]
    assert {tuple(frame) for frame in frames} == {
        ("https:", name, "", "", "", False) for name in HOSTS
    }
    kept = sum(case["kept"] for case in CASES["sources"])
    assert len(frames) >= kept, "the oracle must see what stays"


def test_unsanitised_the_tricks_open_other_pages(open_host: OpenHost) -> None:
    """Else the verdict above would say little."""
    host = open_host()
    frames = [
        tuple(frame)
        for found in host.page.evaluate(FRAMES, list(FRAGMENTS.values()))
        for frame in found
    ]
    assert len(set(frames)) > 20


@pytest.mark.parametrize(
    ("hosts", "kept"),
    [
        pytest.param(None, [VIDEO], id="built-in"),
        pytest.param(["maps.example.org"], [MAP], id="replaced"),
        pytest.param([], [], id="none"),
        pytest.param(["MAPS.example.org", "www.youtube.com"], [MAP, VIDEO], id="both"),
    ],
)
def test_a_list_takes_the_place_of_the_built_in_one(
    open_host: OpenHost, hosts: list[str] | None, kept: list[str]
) -> None:
    host = open_host()
    host.start(spares=0, **({} if hosts is None else {"iframeHosts": hosts}))
    host.load(echo=ECHO)
    made = rendered(host, {html: html for html in (MAP, VIDEO)})
    assert [html for html, outcome in made.items() if outcome["result"]["html"] == html] == kept


@pytest.mark.parametrize(
    ("hosts", "problem"),
    [
        pytest.param(["https://maps.example.org"], "is a URL", id="url"),
        pytest.param("maps.example.org", "is not a list of hosts", id="text"),
    ],
)
def test_a_bad_list_is_refused_before_anything_starts(
    open_host: OpenHost, hosts: Any, problem: str
) -> None:
    host = open_host()
    before = len(host.server.requests)
    error = host.ask("start", iframeHosts=hosts)["error"]
    assert (error["code"], problem in error["message"]) == ("usage", True)
    assert len(host.server.requests) == before


def project(root: Path, hosts: str) -> Path:
    (root / "scripts").mkdir(parents=True)
    (root / "scripts" / "echo.py").write_text(ECHO, "utf-8")
    (root / "pybridge.toml").write_text(f"[html]\niframe_hosts = {hosts}\n", "utf-8")
    return root


def test_a_built_folder_brings_its_projects_list(open_host: OpenHost, tmp_path: Path) -> None:
    root = project(tmp_path / "blog", '["Maps.example.org"]')
    built = build(root / "pybridge", require_project(root)).out
    manifest = json.loads((built / "manifest.json").read_text("utf-8"))
    assert manifest["html"] == {"iframeHosts": ["maps.example.org"]}
    host = open_host(built=built)
    host.start(spares=0)
    made = rendered(host, {html: html for html in (MAP, VIDEO)})
    assert [made[html]["result"]["html"] for html in (MAP, VIDEO)] == [MAP, ""]
    own = open_host(built=built)
    own.start(spares=0, iframeHosts=["www.youtube.com"])
    made = rendered(own, {html: html for html in (MAP, VIDEO)})
    assert [made[html]["result"]["html"] for html in (MAP, VIDEO)] == ["", VIDEO]


def test_a_folder_with_a_list_that_cannot_be_used_does_not_start(
    open_host: OpenHost, folder: Path
) -> None:
    host = open_host()
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))
    text = json.dumps({**listed, "html": {"iframeHosts": ["*"]}})
    host.page.route("**/manifest.json", lambda route: route.fulfill(body=text))
    error = host.ask("start", spares=0)["error"]
    assert (error["code"], '"*" is a pattern' in error["message"]) == ("boot", True)


def frame(html: str) -> str:
    return f"def render(context):\n    return {{'html': {html!r}}}\n"


def test_engines_of_a_project_agree(tmp_path: Path) -> None:
    root = project(tmp_path / "blog", '["maps.example.org"]')
    (root / "scripts" / "map.py").write_text(frame(MAP), "utf-8")
    (root / "scripts" / "video.py").write_text(frame(f"<p>{VIDEO}</p>"), "utf-8")
    text = "a [[map]]\n\n[[youtube id=abc]]\n\n[[map]] [[video]]\n"
    (root / "a.md").write_text(text, "utf-8")

    def look(engine: str) -> tuple[Any, str]:
        command = [sys.executable, "-m", "pybridge", "render", "a.md", "--engine", engine]
        done = subprocess.run(
            [*command, "--json"], capture_output=True, text=True, check=True, cwd=root, timeout=100
        )
        subprocess.run([*command, "--html", "--out", engine], check=True, cwd=root, timeout=100)
        (document,) = json.loads(done.stdout)["documents"]
        known = {key: document[key] for key in ("output", "warnings", "errors")}
        return known, (root / engine / "a.html").read_text("utf-8")

    known, page = look("wasi")
    assert (known, page) == look("browser") == look("native")
    assert known["output"] == f'a {MAP}\n\n<div class="macro-youtube"></div>\n\n{MAP} <p></p>\n'
    assert [
        (warning["code"], warning["macro"], warning["call"]) for warning in known["warnings"]
    ] == [
        ("iframe-host", "youtube", {"path": "a.md", "line": 3, "column": 1}),
        ("iframe-host", "video", {"path": "a.md", "line": 5, "column": 9}),
    ]
    assert MAP in page
    assert "youtube.com" not in page
    assert 'frame-src https://maps.example.org">' in page
