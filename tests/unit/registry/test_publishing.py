"""Publishing at a server: whatever fails, another run completes the work, and nobody sees half of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pybridge.bundles.registry.client import open_registry
from pybridge.bundles.registry.releases import Release
from pybridge.errors import PybridgeError
from tests.amounts import amount
from tests.unit.bundles.making import FILES, KEY, bundle, public
from tests.unit.registry.conftest import LINUX, PUBLISHER, Cli, Running, made, release, running


class Died(BaseException):
    """The process is gone."""


class Failed(Exception):
    """The server has a fault that nothing expects."""


def dying(after: int, error: type[BaseException] = Died) -> Callable[[str], None]:
    left = iter(range(after))

    def step(what: str) -> None:
        if next(left, None) is None:
            raise error(what)

    return step


def versions(served: Running, seen: Path, name: str = "echo") -> set[str]:
    root = (served.service.registry.metadata / "root.json").read_bytes()
    found = open_registry(served.url, [root], seen).releases(name)
    return set(found.versions) if found else set()


BOTH = [release("2.0.0"), release("1.0.0", name="other")]


def test_a_publisher_that_dies_before_any_request(served: Running, tmp_path: Path) -> None:
    remote = served.remote()
    remote.publish([release()], [], "stable", "")
    for number in range(100):
        new = [release(f"2.{number}.0"), release(f"2.{number}.0", name="other")]
        try:
            replace(remote, step=dying(number)).publish(new, [], "stable", "")
        except Died:
            seen = versions(served, tmp_path / "seen")
            assert f"2.{number}.0" not in seen
            assert len(remote.publish(new, [], "stable", "").published) == 2
            assert remote.publish(new, [], "stable", "").published == []
            continue
        break
    assert number >= 8


def test_a_server_that_dies_at_any_step(tmp_path: Path) -> None:
    """What it wrote is nothing or all of a publication; started again, it takes the rest."""
    turns = 0
    for number in range(0, 1000, amount(7, 1)):
        folder = tmp_path / str(number)
        made(folder)
        with running(folder) as served:
            remote = served.remote()
            remote.publish([release()], [], "stable", "")
            served.service.step = dying(number, Failed)
            is_done = True
            try:
                remote.publish(BOTH, [], "stable", "")
            except PybridgeError:
                is_done = False
        with running(folder, "again") as served:
            seen = versions(served, tmp_path / f"seen{number}")
            others = versions(served, tmp_path / f"seen{number}", "other")
            assert ("2.0.0" in seen) == ("1.0.0" in others)
            served.remote().publish(BOTH, [], "stable", "")
            assert versions(served, tmp_path / f"seen{number}") == {"1.0.0", "2.0.0"}
        turns += 1
        if is_done:
            break
    assert turns > 3


def test_publishers_at_once_lose_nothing(served: Running, tmp_path: Path) -> None:
    numbers = [f"3.{number}.0" for number in range(4)]
    failures: list[BaseException] = []

    def work(number: str) -> None:
        try:
            served.remote().publish([release(number)], [], "stable", "")
        except BaseException as error:
            failures.append(error)

    together(work, numbers)
    assert failures == []
    assert versions(served, tmp_path / "seen") == set(numbers)


def test_of_two_contents_of_one_version_one_is_published(served: Running, tmp_path: Path) -> None:
    contents = [bundle({**FILES, "v": text}) for text in (b"one", b"two", b"three")]
    outcomes: list[str] = []

    def work(content: bytes) -> None:
        try:
            served.remote().publish([Release("echo", "1.0.0", LINUX, content)], [], "stable", "")
            outcomes.append("done")
        except PybridgeError as error:
            outcomes.append(error.code)

    together(work, contents)
    assert sorted(outcomes) == ["conflict", "conflict", "done"]
    assert versions(served, tmp_path / "seen") == {"1.0.0"}


def together(work: Callable[[Any], None], items: list[Any]) -> None:
    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_several_registries_in_order_until_one_fails(
    place: Path, cli: Cli, served: Running, tmp_path: Path
) -> None:
    first, last = (made(tmp_path / name) for name in ("first", "last"))
    (place / "echo.zip").write_bytes(release().content)
    key, token = place / "key", place / "token"
    key.write_text(f"{PUBLISHER.text}\n")
    token.write_text("x" * 20)
    token.chmod(0o600)
    how = ["publish", "echo.zip", "--key", str(key), "--token-file", str(token)]
    for registry in (str(first.folder), served.url, str(last.folder)):
        how += ["--registry", registry]
    done = cli(*how)
    assert (done.code, served.url in done.err) == (1, True)
    assert first.current().snapshot.signed.version == 2
    assert last.current().snapshot.signed.version == 1
    token.write_text(served.token)
    again = cli(*how, "--json").json["registries"]
    assert [len(each["published"]) for each in again] == [0, 1, 1]
    if os.name == "posix":
        token.chmod(0o644)
        assert "other users can read the token" in cli(*how).err


def test_a_folder_takes_a_version_only_with_all_its_platforms(place: Path, cli: Cli, tmp_path: Path) -> None:  # fmt: skip
    registry = made(tmp_path / "registry")
    (place / "echo.zip").write_bytes(release().content)
    (place / "key").write_text(f"{PUBLISHER.text}\n")
    how = ("publish", "echo.zip", "--key", "key", "--registry", str(registry.folder))
    done = cli(*how, "--platform", LINUX, "--platform", "macos_universal")
    assert (done.code, "macos_universal is missing [rule registry-platforms]" in done.err) == (1, True)  # fmt: skip
    assert registry.current().snapshot.signed.version == 1
    assert cli(*how, "--platform", LINUX).code == 0


CHANNELS = ("stable", "beta", "nightly")


def test_a_channel_has_its_own_versions(place: Path, cli: Cli, served: Running) -> None:
    remote = served.remote()
    for number, channel in enumerate(CHANNELS):
        remote.publish([release(f"{number + 1}.0.0")], [], channel, "")
    cli("keys", "trust", public(KEY).text)
    cli("keys", "trust", served.service.registry.metadata / "root.json")
    for number, channel in enumerate(CHANNELS):
        how = ("--from", served.url, "--channel", channel, "--json")
        assert cli("install", "echo", *how).json["version"] == f"{number + 1}.0.0"
        assert cli("update", *how).json[0]["status"] == "unchanged"
    assert cli("install", "echo@2.0.0", "--from", served.url).code == 2
    # From beta to stable: the archive is there, only the channel is new.
    again = remote.publish([release("2.0.0")], [], "stable", "")
    assert len(again.published) == 1
    older = ("--from", served.url, "--allow-downgrade", "--json")
    assert cli("install", "echo@2.0.0", *older).json["version"] == "2.0.0"
    assert cli("install", "echo", "--from", str(place), "--channel", "beta").code == 2
    assert cli("install", "echo.zip", "--channel", "beta").code == 2
    remote.yank("echo", "2.0.0", "bad")
    for channel in ("stable", "beta"):
        refused = cli("install", "echo@2.0.0", "--from", served.url, "--channel", channel)
        assert "[rule yanked]" in refused.err


@pytest.mark.timeout(900)  # starts three servers for each kill
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_a_killed_publication_is_nothing_or_all_and_another_run_completes_it(
    tmp_path: Path,
) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.unit.registry.killed",
        str(tmp_path / "registry"),
        str(amount(3, 100)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=800, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("not published") == 2
