"""Registries whose files were changed at random: each is refused, or says and gives the same."""

from __future__ import annotations

import base64
import itertools
import json
import random
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.client import RegistryUnreachable, open_registry
from pybridge.bundles.registry.governing import create
from pybridge.bundles.registry.publications import publish, yank
from pybridge.bundles.registry.releases import CHANNELS, Release
from pybridge.bundles.registry.repository import Registry
from pybridge.bundles.registry.roles import Publisher
from tests.amounts import amount
from tests.unit.bundles.making import FILES, bundle
from tests.unit.bundles.serving import serving

ROOT = PrivateKey(bytes(range(50, 82)))
PUBLISHER = PrivateKey(bytes(range(32)))
NOW = datetime.now(UTC)
IDS = ("echo", "other", "nothing")
EXTREMES: tuple[Any, ...] = (
    -1,
    0,
    1,
    2,
    2**31,
    2**63,
    10**400,
    1.5,
    None,
    True,
    "",
    "x",
    [],
    {},
    [[]],
    "9999-01-01T00:00:00Z",
)

Files = dict[str, bytes]
Meaning = Mapping[str, Any]


def release(number: str, name: str, platform: str = "any") -> Release:
    content = bundle({**FILES, "v": number.encode()}, version=number, id=name)
    return Release(name, number, platform, content)


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, Files]:
    """The files of a registry: as it was, and as it is."""
    registry = Registry(tmp_path_factory.mktemp("registry"), NOW)
    create(registry, ROOT, [Publisher(PUBLISHER, "*")])
    publish(registry, [release("1.0.0", "echo"), release("1.0.0", "other")], PUBLISHER)
    before = files_in(registry.folder / "public")
    publish(registry, [release("2.0.0", "echo"), release("2.0.0", "other")], PUBLISHER)
    publish(registry, [release("3.0.0", "echo")], PUBLISHER, "beta")
    yank(registry, "other", "1.0.0", "deletes notes", PUBLISHER)
    return before, files_in(registry.folder / "public")


def files_in(folder: Path) -> Files:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def meaning(url: str, root: bytes, seen: Path) -> Meaning:
    """Everything that a client can be told: the releases of every bundle in every channel, and their archives."""
    client = open_registry(url, [root], seen)
    found: dict[str, Any] = {}
    for name, channel in itertools.product(IDS, CHANNELS):
        releases = client.releases(name, channel)
        if releases is None:
            continue
        paths = [path for platforms in releases.versions.values() for path in platforms.values()]
        archives = {path: client.content(path) for path in paths}
        found[f"{name} {channel}"] = (releases.versions, releases.yanked, archives)
    return found


class Mutations:
    """The changes of one random number."""

    def __init__(self, seed: int, before: Files, now: Files) -> None:
        self.choice = random.Random(seed)
        self.before, self.files = before, dict(now)
        self.names = sorted(name for name in now if "1.root" not in name)
        metadata = [name for name in self.names if name.endswith(".json")]
        for _ in range(self.choice.choice((1, 1, 1, 2, 3))):
            name = self.choice.choice(self.names)
            self.choice.choice((self.bytes, self.other_file, self.other_time))(name)
            if self.choice.random() < 0.7:
                self.value(self.choice.choice(metadata))

    def bytes(self, name: str) -> None:
        """Change, remove, add or repeat some bytes."""
        choice, content = self.choice, bytearray(self.files[name])
        place = choice.randrange(len(content) + 1)
        length = choice.choice((1, 1, 4, 64, len(content)))
        new = choice.choice((b"", choice.randbytes(length), bytes(content[:length]), b" " * length))
        content[place : place + choice.choice((0, 1, length))] = new
        self.files[name] = bytes(content)

    def other_file(self, name: str) -> None:
        """Put another file in its place, or none."""
        if self.choice.random() < 0.2:
            del self.files[name]
            self.names.remove(name)
            return
        other = self.choice.choice(sorted(self.files))
        self.files[name], self.files[other] = self.files[other], self.files[name]

    def other_time(self, name: str) -> None:
        """Put a file of the same role, as it was, in its place."""
        role = name.rpartition("/")[2].partition(".")[2]
        old = [each for each in self.before if each.endswith(role)]
        if old:
            self.files[name] = self.before[self.choice.choice(sorted(old))]

    def value(self, name: str) -> None:
        """Change a value somewhere in a document; its signatures stay, go, or are those of another one."""
        if name not in self.files:
            return
        try:
            document = json.loads(self.files[name])
        except ValueError:
            return
        places = [*_places(document)]
        if not places:
            return
        holder, key = self.choice.choice(places)
        change = self.choice.choice(
            (self.replaced, self.dropped, self.doubled, self.nested, self.signed)
        )
        change(document, holder, key)
        layout = self.choice.choice(
            ({}, {"indent": 1}, {"separators": (",", ":")}, {"sort_keys": True})
        )
        self.files[name] = json.dumps(document, **layout).encode()

    def replaced(self, _: Any, holder: Any, key: Any) -> None:
        """Another value; of a number or a text also one near it."""
        value = holder[key]
        near: list[Any] = [value + 1, value - 1] if type(value) is int else []
        if type(value) is str and value:
            near = [value[::-1], value[:-1], value.upper(), value + "0"]
        holder[key] = self.choice.choice((*EXTREMES, *near, *near, *near))

    def dropped(self, _: Any, holder: Any, key: Any) -> None:
        """One member fewer."""
        del holder[key]

    def doubled(self, _: Any, holder: Any, key: Any) -> None:
        """One member more."""
        if isinstance(holder, list):
            holder.append(holder[key])
        else:
            holder[f"{key}2"] = holder[key]

    def nested(self, _: Any, holder: Any, key: Any) -> None:
        """Something very deep."""
        for _ in range(self.choice.choice((1, 50, 900))):
            holder[key] = [holder[key]]

    def signed(self, document: Any, _: Any, __: Any) -> None:
        """Signatures of another document, or of a key that anybody can make."""
        if not isinstance(document, dict) or "signatures" not in document:
            return
        others = [name for name in self.names if "metadata/" in name and name in self.files]
        try:
            other = json.loads(self.files[self.choice.choice(others)])["signatures"]
        except (ValueError, KeyError, TypeError, IndexError):
            return
        own = PrivateKey(self.choice.randbytes(32))
        made = own.sign(
            json.dumps(document["signed"], separators=(",", ":"), sort_keys=True).encode()
        )
        signature = made.hex() if self.choice.random() < 0.5 else base64.b64encode(made).decode()
        for each in document["signatures"] if isinstance(document["signatures"], list) else ():
            if isinstance(each, dict) and self.choice.random() < 0.5:
                each["sig"] = signature
        if self.choice.random() < 0.5:
            document["signatures"] = other


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every member of a document: what holds it, and its key or place there."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in list(members):
        yield value, key
        if isinstance(member, dict | list):
            yield from _places(member)


def stored(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("has_looked", [True, False])
def test_changed_registries_are_refused_or_mean_the_same(
    moments: tuple[Files, Files], tmp_path: Path, has_looked: bool
) -> None:
    """Whoever looks for the first time can be shown the registry as it was, whole; whoever has looked, only as it is."""
    before, now = moments
    root = now["metadata/1.root.json"]
    with serving(stored(tmp_path / "before", before)) as web:
        former = meaning(web.url, root, tmp_path / "never")
        web.folder = stored(tmp_path / "now", now)
        expected = meaning(web.url, root, tmp_path / "seen")
        assert (len(former), len(expected)) == (2, 3)
        allowed = [expected] if has_looked else [expected, former]
        refused = 0
        for seed in range(amount(30, 1000)):
            place = tmp_path / str(seed)
            if has_looked:
                shutil.copytree(tmp_path / "seen", place / "seen")
            web.folder = stored(place / "public", Mutations(seed, before, now).files)
            try:
                assert meaning(web.url, root, place / "seen") in allowed, seed
            except (Refused, RegistryUnreachable):
                refused += 1
            shutil.rmtree(place)
    assert 0.5 < refused / amount(30, 1000) < 1
