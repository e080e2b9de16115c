"""A frame that a server or a page refuses: the error names the cause, as a real browser and real headers make it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pybridge import resources
from pybridge.build.npm_package import LOADED
from pybridge.engines.browser.asset_server import Answer, AssetServer

pytestmark = pytest.mark.timeout(200)

HTML = {"Content-Type": "text/html"}
POLICY = "Content-Security-Policy"
COEP = "Cross-Origin-Embedder-Policy"
CORP = "Cross-Origin-Resource-Policy"

SENT: dict[str, tuple[int, dict[str, str], str]] = {
    "denied": (200, {**HTML, "X-Frame-Options": "DENY"}, "X-Frame-Options: DENY does not admit the page http://"),
    "ancestors": (200, {**HTML, POLICY: "frame-ancestors https://a.example"}, "frame-ancestors https://a.example does not admit"),
    "policy": (200, {**HTML, POLICY: "default-src 'self'"}, "header refuses the frame's own script"),
    "sandbox": (200, {**HTML, POLICY: "sandbox"}, "has a sandbox that allows no scripts"),
    "text": (200, {"Content-Type": "text/plain"}, "its Content-Type is text/plain"),
    "saved": (200, {"Content-Type": "application/octet-stream"}, "its Content-Type is application/octet-stream"),
    "attached": (200, {**HTML, "Content-Disposition": "attachment"}, "it is sent as a download"),
    "missing": (404, HTML, "it is answered with 404"),
}  # fmt: skip
"""How a server sends the frame, and what the error says."""

START = """async ({ bases, names }) => {
  const { PythonRuntime } = await import("/pybridge/client.js");
  const read = async (name) => [name, await (await fetch(`/pybridge/${name}`)).blob()];
  const files = Object.fromEntries(await Promise.all(names.map(read)));
  const start = async (base) => {
    const options = { assets: { base, files }, spares: 0, limits: { bootS: 8 } };
    return PythonRuntime.start(options).then((runtime) => (runtime.dispose(), null), ({ code, value }) => ({ code, ...value }));
  };
  const told = await Promise.all(bases.map(start));
  return { told, frames: document.querySelectorAll("iframe").length };
}"""
"""Start a runtime for each address of the frame, with files that the page has already."""

OpenPage = Callable[..., tuple[Page, AssetServer]]


@pytest.fixture
def open_page(browser: Browser, folder: Path) -> Iterator[OpenPage]:
    with ExitStack() as stack:

        def opened(headers: dict[str, str]) -> tuple[Page, AssetServer]:
            mounts = {"/": resources.web_worker() / "headless", "/pybridge/": folder}
            server = stack.enter_context(AssetServer(mounts, headers={POLICY: "", **headers}))
            context = browser.new_context()
            stack.callback(context.close)
            page = context.new_page()
            page.goto(f"{server.url}/")
            return page, server

        yield opened


def causes(page: Page, *bases: str) -> list[str]:
    """Start at each address; return what the errors say."""
    answer: dict[str, Any] = page.evaluate(START, {"bases": list(bases), "names": list(LOADED)})
    assert answer["frames"] == 0
    assert {told and told["code"] for told in answer["told"]} == {"boot"}, answer["told"]
    return [f"{told['message']} – {told.get('hint')}" for told in answer["told"]]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_the_error_names_what_the_server_sends(open_page: OpenPage, folder: Path) -> None:
    page, server = open_page({})
    far = open_page({"X-Frame-Options": "DENY"})[1]
    frame = (folder / "frame.htm").read_bytes()
    released = Event()

    def answers(status: int, headers: dict[str, str]) -> Callable[[], Answer]:
        return lambda: (status, headers, frame if status == HTTPStatus.OK else b"")

    def late() -> Answer:
        released.wait(60)
        return 404, {}, b""

    for name, (status, headers, _) in SENT.items():
        server.overrides[f"/{name}/frame.htm"] = answers(status, headers)
    far.overrides["/late/frame.htm"] = late
    bases = [*(f"/{name}/" for name in SENT), f"{far.url}/pybridge/", f"{far.url}/late/", f"http://127.0.0.1:{closed_port()}/"]  # fmt: skip
    said = [*(why for _, _, why in SENT.values()), "its headers cannot be read from this page", "does not answer in time", "its server cannot be reached"]  # fmt: skip
    try:
        told = causes(page, *bases)
    finally:
        released.set()
    assert [why for why, message in zip(said, told, strict=True) if why not in message] == [], told
    assert all(f"the sandbox frame {server.url}/{name}/frame.htm" in message for name, message in zip(SENT, told, strict=False))  # fmt: skip


def test_an_embedder_policy_is_told_from_a_resource_policy(
    open_page: OpenPage, folder: Path
) -> None:
    isolating = {COEP: "require-corp", CORP: "same-origin"}
    page, server = open_page(isolating)
    far = open_page(isolating)[1].url.replace("127.0.0.1", "localhost")
    frame = (folder / "frame.htm").read_bytes()
    server.overrides["/plain/frame.htm"] = lambda: (200, HTML, frame)
    assert page.evaluate("() => crossOriginIsolated") is False
    embedder, resource = causes(page, "/plain/", f"{far}/pybridge/")
    assert (
        "the page has a Cross-Origin-Embedder-Policy, and the frame comes without one" in embedder
    )
    assert "Cross-Origin-Embedder-Policy: require-corp" in embedder
    assert "its Cross-Origin-Resource-Policy does not admit this page" in resource


@pytest.mark.parametrize("directive", ["frame-src", "child-src", "default-src"])
def test_the_directive_of_the_page_that_is_in_force_is_named(
    open_page: OpenPage, directive: str
) -> None:
    page, _ = open_page({POLICY: f"{directive} 'none'; script-src 'self'; connect-src 'self'"})
    (told,) = causes(page, "/pybridge/")
    assert f"does not allow the sandbox frame {page.url}pybridge/frame.htm: {directive}" in told


FETCH = """(assets) => import("/pybridge/client.js").then(({ PythonRuntime }) =>
  PythonRuntime.start({ assets, spares: 0 }).catch(({ message }) => message))"""


def test_a_folder_that_cannot_be_fetched_is_told_apart(open_page: OpenPage) -> None:
    page, server = open_page({})
    far = server.url.replace("127.0.0.1", "localhost") + "/pybridge/"
    unreadable = page.evaluate(FETCH, far)
    assert f"cannot load {far}manifest.json: its server lets no page of another origin read it" in unreadable  # fmt: skip
    assert f"Access-Control-Allow-Origin: {server.url}" in unreadable
    gone = page.evaluate(FETCH, f"http://127.0.0.1:{closed_port()}/")
    assert "its server cannot be reached" in gone
    strict, _ = open_page({POLICY: "default-src 'none'; script-src 'self'; connect-src 'self'"})
    forbidden = strict.evaluate(FETCH, far)
    assert "the page's Content-Security-Policy forbids it" in forbidden
    assert f"connect-src {server.url.replace('127.0.0.1', 'localhost')}" in forbidden
