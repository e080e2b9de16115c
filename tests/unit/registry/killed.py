"""Kill the publisher, the server, or both, at random moments of a publication; run in a process of its own.

After each kill a new server tells a client either what was published before or all of the new version; another run of the
publication completes it.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from pybridge.bundles.registry.client import open_registry
from pybridge.bundles.registry.publications import publish
from pybridge.bundles.registry.releases import Release
from pybridge.bundles.registry.remote import RemoteRegistry
from pybridge.bundles.registry.repository import Registry
from pybridge.bundles.registry.server import Server
from pybridge.errors import PybridgeError
from pybridge.registry import uploads
from pybridge.registry.service import Service
from pybridge.registry.serving import configuration
from pybridge.registry.tokens import new_token
from tests.unit.registry.conftest import LINUX, MACOS, PUBLISHER, made, release

PLATFORMS = [LINUX, MACOS]


def forked(work: Callable[[], object]) -> int:
    """Run *work* in a child; return its id."""
    child = os.fork()
    if child == 0:
        status = 3
        try:
            work()
            status = 0
        except PybridgeError:
            status = 1
        finally:
            os._exit(status)
    return child


def ended(child: int) -> None:
    """Wait for a child that ends, or was killed."""
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 1, -signal.SIGKILL, -signal.SIGTERM), f"the child failed: {code}"


def serve(folder: Path, bound: socket.socket, url: str) -> None:
    service = Service(folder, url)
    uploads.remove_scratch(service.registry.scratch)
    uvicorn.Server(configuration(service)).run(sockets=[bound])


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve a registry in a child, which who asks for it ends; give its address and its id."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        child = forked(lambda: serve(folder, bound, url))
    yield url, child
    ended(child)


def is_published(folder: Path, number: str) -> bool:
    """Whether a version is there, by what a client sees that looks for the first time."""
    root = (folder / "public/metadata/root.json").read_bytes()
    with served(folder) as (url, server), tempfile.TemporaryDirectory() as seen:
        client = open_registry(url, [root], Path(seen))
        releases = client.releases("echo")
        assert releases is not None
        for platform in PLATFORMS if number in releases.versions else ():
            path = releases.path(number, platform)
            assert path is not None
            assert client.content(path) == release(number, platform).content
        os.kill(server, signal.SIGTERM)
    return number in releases.versions


def send(url: str, token: str, number: str) -> None:
    """Publish a version through the server."""
    remote = RemoteRegistry(Server.of(url, token), PUBLISHER, datetime.now(UTC))
    remote.publish(releases(number), PLATFORMS, "stable", "")


def releases(number: str) -> list[Release]:
    return [release(number, each) for each in PLATFORMS]


def through_the_server(folder: Path, token: str, turns: int) -> list[bool]:
    """Return, for each kill, whether the version was there after it."""
    choice = random.Random(0)

    def sent(number: str, stop: Callable[[int, int], object] = lambda *_: None) -> float:
        began = time.monotonic()
        with served(folder) as (url, server):
            publisher = forked(lambda: send(url, token, number))
            stop(publisher, server)
            ended(publisher)
            os.kill(server, signal.SIGTERM)
        return time.monotonic() - began

    longest = sent("1.0.0")
    found = []
    for turn in range(turns):
        number = f"1.1.{turn}"

        def stop(publisher: int, server: int, turn: int = turn) -> None:
            time.sleep(choice.uniform(0, longest))
            for victim in ((publisher, server), (server,), (publisher,))[turn % 3]:
                os.kill(victim, signal.SIGKILL)

        sent(number, stop)
        found.append(is_published(folder, number))
        sent(number)
        assert is_published(folder, number)
    return found


def in_the_folder(folder: Path, turns: int) -> list[bool]:
    """As above, for a publisher who has the folder."""
    choice = random.Random(1)

    def work(number: str) -> None:
        publish(Registry(folder, datetime.now(UTC)), releases(number), PUBLISHER)

    began = time.monotonic()
    work("2.0.0")
    longest = 2 * (time.monotonic() - began)  # a new process is slower
    found = []
    for turn in range(turns):
        number = f"2.1.{turn}"
        child = forked(lambda number=number: work(number))  # type: ignore[misc]
        time.sleep(choice.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        ended(child)
        found.append(is_published(folder, number))
        work(number)
        assert is_published(folder, number)
    return found


def main(folder: Path, turns: int) -> None:
    """Make a registry, and publish to it that often, both ways."""
    made(folder)
    publish(Registry(folder, datetime.now(UTC)), releases("0.1.0"), PUBLISHER)
    token = new_token(Service(folder, "http://127.0.0.1").database, "ci", datetime.now(UTC))
    for found in (through_the_server(folder, token, turns), in_the_folder(folder, turns)):
        sys.stdout.write(f"{found.count(False)} not published, {found.count(True)} published\n")
        assert turns < 20 or {*found} == {False, True}, "each kill came too early or too late"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
