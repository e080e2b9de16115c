"""The snapshot only saves time: without a good one the start is slower, and says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from e2e.conftest import Host, OpenHost
from pybridge.engines.browser.asset_server import Answer, AssetServer
from tests.amounts import IS_LONG

PATH = "/pybridge/snapshot.bin"


LEVELS = pytest.mark.parametrize("isolation", ["origin", "worker"])


def at_either_level(name: str, values: Sequence[str]) -> pytest.MarkDecorator:
    """Parametrise by *values*, each at both levels in a long run; else the levels take turns."""
    both = [(value, level) for value in values for level in ("origin", "worker")]
    turns = [both[2 * turn + turn % 2] for turn in range(len(values))]
    return pytest.mark.parametrize((name, "isolation"), both if IS_LONG else turns)


def started(
    open_host: OpenHost, prepare: Callable[[AssetServer], None], isolation: str = "origin"
) -> Host:
    host = open_host(prepare=prepare)
    host.start(spares=0, isolation=isolation)
    assert "embed/x" in host.call("youtube", id="x")["result"]["html"]
    return host


def test_a_good_snapshot_gives_no_warning(open_host: OpenHost) -> None:
    host = started(open_host, lambda server: None)
    assert host.do("stats")["warnings"] == []


@at_either_level("damage", ["missing", "truncated", "one flipped bit"])
def test_a_damaged_snapshot_is_refused_by_its_hash(
    open_host: OpenHost, folder: Path, damage: str, isolation: str
) -> None:
    content = bytearray((folder / "snapshot.bin").read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content[len(content) // 2] ^= 1
    answer: Answer = (404, {}, b"") if damage == "missing" else (200, {}, bytes(content))
    host = started(
        open_host, lambda server: server.overrides.update({PATH: lambda: answer}), isolation
    )
    (warning,) = host.do("stats")["warnings"]
    assert warning.startswith("starting without the snapshot")


@at_either_level("part", ["magic", "build id", "length"])
def test_a_snapshot_of_another_build_falls_back_to_a_cold_boot(
    open_host: OpenHost, folder: Path, part: str, isolation: str
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

    host = started(open_host, prepare, isolation)
    (warning,) = host.do("stats")["warnings"]
    assert warning.startswith("starting without the snapshot from now on")


@LEVELS
def test_a_snapshot_that_was_taken_of_another_pyodide_is_not_tried(
    open_host: OpenHost, folder: Path, isolation: str
) -> None:
    """Every hash is right: it is the manifest that tells."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["snapshot"]["buildId"] = "0" * 64
    answer: Answer = (200, {}, json.dumps(manifest).encode())
    changed = {"/pybridge/manifest.json": lambda: answer}
    host = started(open_host, lambda server: server.overrides.update(changed), isolation)
    (warning,) = host.do("stats")["warnings"]
    assert "snapshot.bin is of Pyodide build 000" in warning


def test_restored_workers_never_share_random_numbers(open_host: OpenHost) -> None:
    host = started(open_host, lambda server: None)
    host.load(
        dice="import random, secrets, uuid\n"
        "def render(context):\n"
        "    numbers = random.random(), uuid.uuid4(), secrets.token_hex(16)\n"
        "    return {'text': ' '.join(map(str, numbers))}\n"
    )
    rolls = [host.call("dice")["result"]["text"].split()]
    for _ in range(2):
        host.do("restart")
        rolls.append(host.call("dice")["result"]["text"].split())
    assert host.do("stats")["warnings"] == []
    assert all(len(set(column)) == 3 for column in zip(*rolls, strict=True)), rolls
