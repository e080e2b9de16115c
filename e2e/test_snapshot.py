"""The snapshot only saves time: without a good one the start is slower, and says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.conftest import Host, OpenHost
from pybridge.engines.asset_server import Answer, AssetServer

PATH = "/pybridge/snapshot.bin"


def started(open_host: OpenHost, prepare: Callable[[AssetServer], None]) -> Host:
    host = open_host(prepare=prepare)
    host.start(spares=0)
    assert "embed/x" in host.call("youtube", id="x")["result"]["html"]
    return host


def test_a_good_snapshot_gives_no_warning(open_host: OpenHost) -> None:
    host = started(open_host, lambda server: None)
    assert host.do("stats")["warnings"] == []


@pytest.mark.parametrize("damage", ["missing", "truncated", "one flipped bit"])
def test_a_damaged_snapshot_is_refused_by_its_hash(
    open_host: OpenHost, folder: Path, damage: str
) -> None:
    content = bytearray((folder / "snapshot.bin").read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content[len(content) // 2] ^= 1
    answer: Answer = (404, {}, b"") if damage == "missing" else (200, {}, bytes(content))
    host = started(open_host, lambda server: server.overrides.update({PATH: lambda: answer}))
    (warning,) = host.do("stats")["warnings"]
    assert warning.startswith("starting without the snapshot")


@pytest.mark.parametrize("part", ["magic", "build id", "length"])
def test_a_snapshot_of_another_build_falls_back_to_a_cold_boot(
    open_host: OpenHost, folder: Path, part: str
) -> None:
    """Its hash is right, its content is not for this interpreter."""
    content = bytearray((folder / "snapshot.bin").read_bytes())
    head = 24 + 4 * int.from_bytes(content[16:20], "little")
    if part == "length":
        del content[-4096:]
    else:
        content[{"magic": 0, "build id": head + 16}[part]] ^= 0xFF
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest["files"]["snapshot.bin"] |= entry
    manifest["snapshot"] |= entry

    def prepare(server: AssetServer) -> None:
        server.overrides[PATH] = lambda: (200, {}, bytes(content))
        text = json.dumps(manifest).encode()
        server.overrides["/pybridge/manifest.json"] = lambda: (200, {}, text)

    host = started(open_host, prepare)
    (warning,) = host.do("stats")["warnings"]
    assert warning.startswith("starting without the snapshot from now on")
