"""The Electron example's pages in Chromium, under exactly the headers of its scheme, with the real service."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from e2e.electron.conftest import ROOT, SCRIPT

HERE = Path(__file__).parent


@pytest.fixture
def served(application: Path, project: Path) -> Iterator[str]:
    """The address at which the example answers as its scheme does."""
    command = ["node", str(HERE / "serve.mjs"), str(application), str(project)]
    with subprocess.Popen(
        [*command, sys.executable, "-m", "pybridge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.fixture
def page(browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 860})
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    context.add_init_script(path=HERE / "door.js")
    opened = context.new_page()
    opened.goto(served + "/")
    yield opened
    context.close()
    assert [line for line in said if "favicon" not in line and "404" not in line] == []


def test_the_page_works_under_exactly_the_headers_of_the_scheme(page: Page, project: Path) -> None:
    expect(page.locator("#state")).to_have_text("Ready", timeout=30_000)
    assert page.evaluate("crossOriginIsolated") is True
    expect(page.locator("#page")).to_have_text("Twice: 42 & <i>text</i>")
    assert page.locator("#page b").inner_text() == "42"
    page.get_by_role("button", name="posts/two.md").click()
    expect(page.locator("#problems")).to_contain_text("KeyError: 'n'")
    page.get_by_role("button", name="posts/one.md").click()
    expect(page.locator("#problems")).to_be_hidden()
    edited = SCRIPT.replace("* 2", "* 3")
    (project / "scripts" / "double.py").write_text(edited, "utf-8")
    expect(page.locator("#page b")).to_have_text("63", timeout=15_000)


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MEDIA = """def render(context):
    return {"html": '<audio controls preload="metadata" src="/media/2026/01/tone.wav"></audio>'}
"""
VIDEO = "https://www.youtube.com/embed/film?rel=0"


@pytest.fixture
def illustrated(project: Path) -> Path:
    """The project with a picture, a long sound and a video in its first document."""
    media = project / "media" / "2026" / "01"
    media.mkdir(parents=True)
    (media / "dot.png").write_bytes(PIXEL)
    about = "---\nid: m1\nmimeType: image/png\ncreatedAt: 2026-01-02T00:00:00Z\nlinkedPostIds: [p1]\n---\n"
    (media / "dot.png.meta").write_text(about, "utf-8")
    with wave.open(str(media / "tone.wav"), "wb") as tone:
        tone.setparams((1, 2, 8000, 0, "NONE", ""))
        tone.writeframes(bytes(8000 * 2 * 600))
    (project / "scripts" / "tone.py").write_text(MEDIA, "utf-8")
    text = "---\nid: p1\ntitle: One\n---\n[[gallery]] [[tone]] [[youtube id=film]]\n"
    (project / "posts" / "one.md").write_text(text, "utf-8")
    return project


@pytest.mark.usefixtures("illustrated")
def test_pictures_sounds_and_videos_are_shown_under_the_pages_own_policy(
    page: Page, served: str
) -> None:
    film = "<!doctype html><title>Film</title><p id=film>A film</p>"
    page.context.route(
        "https://www.youtube.com/**",
        lambda route: route.fulfill(body=film, content_type="text/html"),
    )
    page.reload()
    picture, tone = page.locator("#page img"), page.locator("#page audio")
    expect(picture).to_have_js_property("naturalWidth", 1, timeout=30_000)
    expect(picture).to_have_attribute("src", "/media/2026/01/dot.png")
    expect(tone).to_have_js_property("duration", 600)
    ranges = tone.evaluate("async (tone) => {"
        "const sought = new Promise((resolve) => { tone.onseeked = resolve; });"
        "tone.currentTime = 590; await sought; return [tone.currentTime, tone.seekable.end(0)]; }")  # fmt: skip
    assert ranges == [590, 600], "the sound can be played from any place"
    frame = page.locator("#page iframe")
    expect(frame.content_frame.locator("#film")).to_have_text("A film")
    expect(frame).to_have_attribute("sandbox", "allow-scripts allow-same-origin allow-presentation")
    expect(frame).to_have_attribute("allowfullscreen", "")
    assert page.evaluate("crossOriginIsolated") is True
    page.goto(f"{served}/pybridge/studio/#document=posts%2Fone.md")
    in_studio = page.frame_locator(".page").locator("main img")
    expect(in_studio).to_have_js_property("naturalWidth", 1, timeout=60_000)


@pytest.mark.usefixtures("illustrated")
def test_the_policy_admits_nothing_but_media_and_the_listed_hosts(
    browser: Browser, served: str
) -> None:
    context = browser.new_context()
    context.add_init_script(path=HERE / "door.js")
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    context.route("https://**", refuse)
    opened = context.new_page()
    opened.goto(served + "/")
    refused = opened.evaluate(
        """async (addresses) => {
            const refused = [];
            document.addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) =>
                refused.push(`${effectiveDirective} ${blockedURI}`));
            for (const [name, src] of addresses) {
                const element = Object.assign(document.createElement(name), { src });
                document.body.append(element);
            }
            await fetch("https://example.org/fetched").catch(() => {});
            while (refused.length < addresses.length + 1) await new Promise((resolve) => setTimeout(resolve, 10));
            return refused.sort();
        }""",
        [
            ["iframe", "https://example.org/framed"],
            ["img", "https://example.org/seen"],
            ["audio", "https://example.org/heard"],
            ["script", "https://example.org/run"],
        ],
    )
    context.close()
    assert [line.split()[0] for line in refused] == [
        "connect-src",
        "frame-src",
        "img-src",
        "media-src",
        "script-src-elem",
    ]
    # The page's requests; the sandbox's own attempts to get out go to names that nobody has.
    assert [url for url in asked if "example.org" in url] == []


def test_each_page_calls_its_own_methods_only(page: Page, served: str, project: Path) -> None:
    expect(page.locator("#state")).to_have_text("Ready", timeout=30_000)
    write = (
        "pybridge.call('documents.write', {path: 'posts/one.md', text: 'changed', expected: null})"
    )
    assert page.evaluate(write)["error"]["code"] == "usage"
    assert page.evaluate("pybridge.call('index.rebuild')")["error"]["code"] == "usage"
    assert "changed" not in (project / "posts" / "one.md").read_text("utf-8")
    page.goto(f"{served}/pybridge/studio/")
    assert page.evaluate("pybridge.call('documents.read', {path: 'posts/one.md'})")["result"]
    assert page.evaluate("pybridge.call('index.rebuild')")["error"]["code"] == "usage"


def test_the_studio_writes_scripts_through_the_applications_door(
    page: Page, served: str, application: Path, project: Path
) -> None:
    expect(page.locator("#page b")).to_have_text("42", timeout=30_000)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Scripts").click()
    studio = opening.value
    expect(studio.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    assert studio.url == f"{served}/pybridge/studio/"
    studio.locator(".script-list").get_by_role("button", name=re.compile(r"^double\b")).click()
    code, rendered = studio.locator(".script .cm-content"), studio.frame_locator(".page")
    expect(code).to_contain_text("def render")
    expect(rendered.locator("main b")).to_have_text("42")
    edited = SCRIPT.replace("* 2", "* 4")
    code.click()
    for key in ("ControlOrMeta+a", "Delete"):
        studio.keyboard.press(key)
    studio.keyboard.insert_text(edited)
    expect(rendered.locator("main b")).to_have_text("84")
    studio.keyboard.press("ControlOrMeta+s")
    expect(studio.get_by_role("button", name="Saved", exact=True)).to_be_visible()
    assert (project / "scripts" / "double.py").read_text("utf-8").rstrip() == edited.rstrip()
    expect(page.locator("#page b")).to_have_text("84", timeout=15_000)
    unexpected = {url for url in asked if not _is_expected(url, served, application)}
    assert unexpected == set()


def test_the_studio_goes_on_when_the_service_ended_and_was_started_again(
    page: Page, served: str, project: Path
) -> None:
    page.goto(f"{served}/pybridge/studio/")
    expect(page.get_by_text("Python is ready")).to_be_visible(timeout=60_000)
    page.request.post(f"{served}/door/kill")
    expect(page.get_by_text("The project cannot be reached")).to_be_visible()
    expect(page.get_by_text("The project cannot be reached")).to_be_hidden(timeout=20_000)
    (project / "scripts" / "late.py").write_text(SCRIPT, "utf-8")
    expect(page.locator(".script-list").get_by_role("button", name="late")).to_be_visible()


def _is_expected(url: str, served: str, application: Path) -> bool:
    """Tell whether a request is for a file of the application, or through the door.

    The sandbox's own attempts to get out, which its policy refuses, go to names that nobody has.
    """
    if url.startswith(("blob:", "data:")) or (urlsplit(url).hostname or "").endswith(".invalid"):
        return True
    name = url.removeprefix(f"{served}/")
    if name.endswith("/"):
        name += "index.html"
    return name == "door" or (name != url and (application / name).is_file())
