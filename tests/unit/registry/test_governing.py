"""What the root key decides: clients follow by themselves, at every moment between two steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry import governing
from pybridge.bundles.registry.client import open_registry
from pybridge.bundles.registry.publications import publish
from pybridge.bundles.registry.repository import Registry
from pybridge.bundles.registry.roles import Publisher
from pybridge.errors import Conflict
from tests.amounts import amount
from tests.unit.bundles.serving import serving
from tests.unit.registry.conftest import NOW, OTHER, PUBLISHER, ROOT, Cli, made, release

NEW_ROOT = PrivateKey(bytes(range(60, 92)))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    found = made(tmp_path / "registry")
    publish(found, [release()], PUBLISHER)
    return found


def versions(registry: Registry, root: bytes, seen: Path, name: str = "echo") -> set[str]:
    with serving(registry.folder / "public") as served:
        found = open_registry(served.url, [root], seen).releases(name)
        return set(found.versions) if found else set()


def root_of(registry: Registry) -> bytes:
    return (registry.metadata / "root.json").read_bytes()


def test_clients_of_the_former_root_follow(registry: Registry, tmp_path: Path) -> None:
    first = root_of(registry)
    governing.renew(registry, ROOT, NEW_ROOT)
    for root in (first, root_of(registry)):
        assert versions(registry, root, tmp_path / "seen") == {"1.0.0"}
    with pytest.raises(Conflict, match="not the root key"):
        governing.renew(registry, ROOT)
    governing.renew(registry, NEW_ROOT, ROOT)
    governing.renew(registry, ROOT)
    publish(registry, [release("2.0.0")], PUBLISHER)
    assert versions(registry, first, tmp_path / "seen") == {"1.0.0", "2.0.0"}


def test_a_registry_is_renewed_before_and_after_a_year(registry: Registry, tmp_path: Path) -> None:
    first = root_of(registry)
    for days in (300, 700):
        later = replace(registry, now=NOW + timedelta(days=days))
        governing.renew(later, ROOT)
        expires = later.read_root().signed.expires
        assert expires > NOW + timedelta(days=days + 364)
        assert later.read_top(later.current()).signed.expires == expires
    assert versions(registry, first, tmp_path / "seen") == {"1.0.0"}


def test_the_online_key_is_replaced(registry: Registry, tmp_path: Path) -> None:
    first, before = root_of(registry), registry.online()
    governing.replace_online(registry, ROOT)
    assert registry.online() != before
    assert versions(registry, first, tmp_path / "seen") == {"1.0.0"}
    registry.refresh()
    assert versions(registry, first, tmp_path / "seen") == {"1.0.0"}
    _signed_with(registry, before)  # by somebody who read the former key
    with pytest.raises(Refused):
        versions(registry, first, tmp_path / "seen")


def _signed_with(registry: Registry, key: PrivateKey) -> None:
    for name in ("private/ed25519.private", "private/next/ed25519.private"):
        (registry.folder / name).write_text(f"{key.text}\n")
    registry.refresh()


class Died(BaseException):
    """The process is gone."""


CHANGES: dict[str, Callable[[Registry], Any]] = {
    "root": lambda registry: governing.renew(registry, ROOT, NEW_ROOT),
    "online": lambda registry: governing.replace_online(registry, ROOT),
    "publisher": lambda registry: governing.add_publisher(registry, ROOT, Publisher(OTHER, "x*")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_clients_accept_what_a_run_that_died_left(tmp_path: Path, name: str) -> None:
    for number in range(0, 1000, amount(9, 1)):
        registry = made(tmp_path / str(number))
        publish(registry, [release()], PUBLISHER)
        first = root_of(registry)
        left = iter(range(number))

        def step(what: str, left: Any = left) -> None:
            if next(left, None) is None:
                raise Died(what)

        try:
            CHANGES[name](replace(registry, step=step))
        except Died:
            assert versions(registry, first, tmp_path / f"seen{number}") == {"1.0.0"}
            registry.refresh()
            assert versions(registry, first, tmp_path / f"seen{number}") == {"1.0.0"}
            continue
        break
    assert number > 9


def test_a_publisher_is_added_changed_and_removed(registry: Registry, tmp_path: Path) -> None:
    first = root_of(registry)
    with pytest.raises(Conflict, match="does not accept"):
        publish(registry, [release(name="acme-x")], OTHER)
    governing.add_publisher(registry, ROOT, Publisher(OTHER, "none"))
    governing.add_publisher(registry, ROOT, Publisher(PUBLISHER, "echo"))
    with pytest.raises(Refused, match="key-bundle"):
        publish(registry, [release("2.0.0", name="acme-x")], PUBLISHER)
    publish(registry, [release("2.0.0")], PUBLISHER)
    assert versions(registry, first, tmp_path / "seen") == {"1.0.0", "2.0.0"}
    governing.remove_publisher(registry, ROOT, PUBLISHER.public)
    assert versions(registry, first, tmp_path / "seen") == set()
    with pytest.raises(Refused, match="key-bundle"):
        publish(registry, [release("3.0.0")], PUBLISHER)
    with pytest.raises(Conflict, match="does not accept"):
        governing.remove_publisher(registry, ROOT, PUBLISHER.public)
    governing.add_publisher(registry, ROOT, Publisher(PUBLISHER, "*"))
    publish(registry, [release("3.0.0")], PUBLISHER)
    assert versions(registry, first, tmp_path / "seen") == {"1.0.0", "2.0.0", "3.0.0"}


def test_only_the_root_key_decides(registry: Registry) -> None:
    changes: list[Callable[[], None]] = [
        lambda: governing.renew(registry, PUBLISHER),
        lambda: governing.replace_online(registry, registry.online()),
        lambda: governing.add_publisher(registry, OTHER, Publisher(OTHER, "*")),
        lambda: governing.remove_publisher(registry, PUBLISHER, PUBLISHER.public),
    ]
    for change in changes:
        with pytest.raises(Conflict, match="not the root key"):
            change()


def test_the_commands(place: Path, cli: Cli) -> None:
    for name in ("root", "next", "release", "other"):
        cli("keys", "new", name)
    assert cli("registry", "init", "--root-key", "root", "--publisher", "release=a*").code == 0
    root = ("--root-key", "root")
    assert cli("registry", "publisher", "add", "other=b*", *root).code == 0
    assert cli("registry", "publisher", "add", "other=b/*", *root).code == 2
    assert cli("registry", "publisher", "remove", "other", *root).code == 0
    assert cli("registry", "publisher", "remove", "other", *root).code == 1
    assert cli("registry", "renew", *root, "--new-root-key", "next", "--new-online-key").code == 0
    assert cli("registry", "renew", *root).code == 1
    assert cli("registry", "refresh").code == 0
