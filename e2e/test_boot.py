"""A start that fails says which part failed and what to do, and never hangs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.conftest import Host, OpenHost
from pybridge.engines.browser.asset_server import Answer, AssetServer

pytestmark = pytest.mark.every_browser

ASSETS = [
    "manifest.json",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "engine.zip",
    "worker.bin",
    "frame.htm",
    "scripts.bin",
]


def error_of(
    open_host: OpenHost, prepare: Callable[[AssetServer], None], **limits: float
) -> dict[str, str]:
    host = open_host(prepare=prepare)
    answer = host.ask("start", limits={"bootS": 10, **limits}, spares=0)
    assert "error" in answer, answer
    assert host.page.query_selector("iframe") is None
    error: dict[str, str] = answer["error"]
    return error


def answering(path: str, answer: Answer) -> Callable[[AssetServer], None]:
    return lambda server: server.overrides.update({path: lambda: answer})


@pytest.mark.parametrize("name", ASSETS)
def test_a_missing_asset_is_named(open_host: OpenHost, name: str) -> None:
    error = error_of(open_host, answering(f"/pybridge/{name}", (404, {}, b"")))
    assert error["code"] == "boot"
    assert f"/pybridge/{name} answered 404" in error["message"]


@pytest.mark.parametrize("name", ASSETS[1:])
def test_a_changed_asset_is_refused_before_it_is_used(
    open_host: OpenHost, folder: Path, name: str
) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    error = error_of(open_host, answering(f"/pybridge/{name}", (200, {}, bytes(content))))
    assert error["code"] == "boot"
    assert f"{name} was changed or damaged" in error["message"]


def test_a_manifest_that_is_no_json_is_named(open_host: OpenHost) -> None:
    error = error_of(open_host, answering("/pybridge/manifest.json", (200, {}, b"<html>")))
    assert error["code"] == "boot"
    assert "manifest.json is not JSON" in error["message"]


def test_a_folder_of_another_version_is_refused(open_host: OpenHost, folder: Path) -> None:
    text = (folder / "manifest.json").read_text("utf-8")
    other = re.sub(r'"pybridge": "[^"]+"', '"pybridge": "0.0.1"', text).encode()
    error = error_of(open_host, answering("/pybridge/manifest.json", (200, {}, other)))
    assert "built by pybridge 0.0.1" in error["message"]


def test_wasm_that_never_comes_ends_in_time(open_host: OpenHost) -> None:
    with_gate = HangingAnswer()
    try:
        error = error_of(open_host, with_gate.install, bootS=1)
    finally:
        with_gate.release()
    assert error["code"] == "boot"
    assert "pyodide.asm.wasm" in error["message"]


def test_the_frame_opens_while_large_files_are_under_way(open_host: OpenHost) -> None:
    with_gate = HangingAnswer()
    host = open_host(prepare=with_gate.install)
    host.page.evaluate("void pybridgeCall('start', '{\"spares\": 0}')")
    # Once to be checked, once by the frame itself.
    wait_for(lambda: host.server.requests.count("GET /pybridge/frame.htm") == 2, host)
    with_gate.release()
    assert host.server.requests.count("GET /pybridge/pyodide.asm.wasm") == 1


def wait_for(condition: Callable[[], bool], host: Host) -> None:
    for _ in range(200):
        if condition():
            return
        host.page.wait_for_timeout(50)
    raise AssertionError(host.server.requests)


class HangingAnswer:
    """An answer that is held back until the test is over."""

    def __init__(self) -> None:
        from threading import Event

        self._released = Event()

    def install(self, server: AssetServer) -> None:
        server.overrides["/pybridge/pyodide.asm.wasm"] = self._answer

    def _answer(self) -> Answer:
        self._released.wait(30)
        return 404, {}, b""

    def release(self) -> None:
        self._released.set()


def test_a_page_that_forbids_the_frame_is_told(open_host: OpenHost) -> None:
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'none'"
    host = open_host(headers={"Content-Security-Policy": policy})
    error = host.ask("start", limits={"bootS": 10})["error"]
    assert error["code"] == "boot"
    assert "does not allow the sandbox frame" in error["message"]
    assert "frame-src" in error["hint"]


def test_a_frame_without_wasm_unsafe_eval_is_told(
    open_host: OpenHost, folder: Path, in_browser: str
) -> None:
    frame = (folder / "frame.htm").read_bytes()
    policy = "script-src 'unsafe-inline'; worker-src blob:"
    headers = {"Content-Type": "text/html", "Content-Security-Policy": policy}
    error = error_of(open_host, answering("/pybridge/frame.htm", (200, headers, frame)))
    assert error["code"] == "boot"
    if in_browser == "webkit":  # which lets the frame compile, and the worker not run it
        assert "'wasm-unsafe-eval' is not an allowed source" in error["message"]
        return
    assert "WebAssembly does not compile in the sandbox frame" in error["message"]
    assert "wasm-unsafe-eval" in error["hint"]


TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types pb"

HOLES = [
    pytest.param({"connect-src 'none'; ": "connect-src *; "}, "network", id="network"),
    pytest.param({TRUSTED_TYPES: ""}, "nested-worker", id="trusted-types"),
    # Trusted Types alone refuse to evaluate strings, so both have to be gone.
    pytest.param(
        {TRUSTED_TYPES: "", "'wasm-unsafe-eval'": "'unsafe-eval'"}, "string-eval", id="eval"
    ),
]


@pytest.mark.parametrize(("changes", "probe"), HOLES)
def test_a_frame_with_a_hole_in_its_wall_is_refused(
    open_host: OpenHost, folder: Path, changes: dict[str, str], probe: str
) -> None:
    """The file that is checked is whole, the one that the frame gets is not: attestation sees it."""
    whole = (folder / "frame.htm").read_text("utf-8")
    weakened = whole
    for part, replacement in changes.items():
        assert part in weakened
        weakened = weakened.replace(part, replacement)
    answers = iter([whole, weakened])
    headers = {"Content-Type": "text/html"}

    def prepare(server: AssetServer) -> None:
        server.overrides["/pybridge/frame.htm"] = lambda: (200, headers, next(answers).encode())

    error = error_of(open_host, prepare)
    assert error["code"] == "isolation"
    assert probe in error["message"]


def test_another_abi_is_refused_with_both_versions(open_host: OpenHost) -> None:
    host = open_host()
    message = host.page.evaluate(
        """async () => {
          const { PythonRuntime } = await import("./pybridge/client.js");
          return PythonRuntime.start({ assets: "./pybridge", abi: 2 }).catch((error) => `${error.code}: ${error.message}`);
        }"""
    )
    assert message.startswith("abi: this pybridge speaks ABI 1, the caller sent ABI 2")


def test_an_unknown_limit_or_level_is_a_usage_error(open_host: OpenHost) -> None:
    host = open_host()
    error = host.ask("start", limits={"items": 1})["error"]
    assert error["code"] == "usage"
    assert "no limit named items" in error["message"]
