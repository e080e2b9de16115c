"""A new build is deployed while caches have files of the one before: nobody who reloads the page is left without Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from e2e.conftest import Host, OpenHost, call
from pybridge.engines.browser.asset_server import Answer, AssetServer

pytestmark = pytest.mark.every_browser

LATER = "def render(context):\n    return {'text': 'of the second build'}\n"
STUCK = "def render(context):\n    while True: pass\n"
CHANGED = ("manifest.json", "engine.zip", "scripts.bin", "snapshot.bin")
CACHED = {"Cache-Control": "max-age=3600"}

NOT_CACHED = [
    pytest.param([], id="all-cached"),
    *(pytest.param([name], id=name) for name in CHANGED),
    pytest.param(["engine.zip", "scripts.bin"], id="two"),
    pytest.param(list(CHANGED), id="nothing-cached"),
]


def second_build(first: dict[str, bytes]) -> dict[str, bytes]:
    """Return the changed files of another build: a macro more, and bytes at ends that mean nothing."""
    scripts = json.loads(first["scripts.bin"])
    later = {"path": "default_scripts/later.py", "content": LATER, "origin": "default"}
    files = {
        "scripts.bin": json.dumps([*scripts, later]).encode(),
        "snapshot.bin": first["snapshot.bin"][:-1] + bytes([first["snapshot.bin"][-1] ^ 1]),
        # A comment at the end of the archive.
        "engine.zip": first["engine.zip"][:-2] + b"\x01\0.",
    }
    manifest = json.loads(first["manifest.json"])
    for name, content in files.items():
        sha256 = hashlib.sha256(content).hexdigest()
        manifest["files"][name] |= {"bytes": len(content), "sha256": sha256}
    for name in ("bytes", "sha256"):
        manifest["snapshot"][name] = manifest["files"]["snapshot.bin"][name]
    return {**files, "manifest.json": json.dumps(manifest).encode()}


@pytest.fixture
def deploy(
    open_host: OpenHost, folder: Path
) -> Callable[[list[str]], tuple[Host, Callable[[], None]]]:
    """Open a page under the first build, and return it with what deploys the second one."""

    def opened(not_cached: list[str]) -> tuple[Host, Callable[[], None]]:
        served = {name: (folder / name).read_bytes() for name in CHANGED}

        def answer(name: str) -> Answer:
            return 200, {} if name in not_cached else CACHED, served[name]

        def prepare(server: AssetServer) -> None:
            for name in CHANGED:
                server.overrides[f"/pybridge/{name}"] = partial(answer, name)

        host = open_host(headers=CACHED, prepare=prepare)
        host.start(spares=0)
        return host, lambda: served.update(second_build(served))

    return opened


@pytest.mark.parametrize("not_cached", NOT_CACHED)
def test_a_reload_gets_one_whole_build(
    deploy: Callable[[list[str]], tuple[Host, Callable[[], None]]], not_cached: list[str]
) -> None:
    host, deploy_second = deploy(not_cached)
    deploy_second()
    host.page.goto(host.server.url + "/")
    host.page.wait_for_function("() => globalThis.pybridgeCall !== undefined")

    host.start(spares=0)

    assert host.do("stats")["warnings"] == []
    outcome = host.call("later")
    # With everything cached it is the first build; but a browser need not keep a file as large as the snapshot.
    if not_cached or "error" not in outcome:
        assert outcome["result"] == {"text": "of the second build"}


def test_a_page_that_is_open_goes_on(
    deploy: Callable[[list[str]], tuple[Host, Callable[[], None]]],
) -> None:
    host, deploy_second = deploy(list(CHANGED))
    deploy_second()
    host.load(stuck=STUCK)
    assert host.call("stuck")["error"]["code"] == "timeout"
    assert host.do("calls", calls=[call("later")])[0]["error"]["code"] == "not-found"
