"""Stores of archives: a folder and an object store behave alike, and each file is written once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pybridge.bundles.registry.client import open_registry
from pybridge.bundles.registry.object_store import open_store
from pybridge.bundles.registry.store import Store, read_whole, require_name
from pybridge.errors import Conflict, DocumentUnreadable, PybridgeError, UsageError
from tests.amounts import IS_LONG
from tests.unit.registry.conftest import Cli, made, release, running
from tests.unit.registry.moto import moto_server
from tests.unit.registry.s3_server import BUCKET, s3_server

KINDS = ("folder", "s3", *(("moto",) if IS_LONG else ()))


def name_of(content: bytes, version: str = "1.0.0") -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"plugins/echo/{version}/any/{digest}.echo-{version}-any.zip"


@pytest.fixture(params=KINDS)
def address(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    if request.param == "folder":
        yield str(tmp_path / "store")
        return
    with s3_server() if request.param == "s3" else moto_server() as url:
        yield in_environment(monkeypatch, url)


def in_environment(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    values = {"ENDPOINT_URL": url, "ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "secret", "REGION": "us-east-1"}  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return f"s3://{BUCKET}/registry"


@pytest.fixture
def store(address: str) -> Store:
    return open_store(address)


def test_a_file_is_kept_once(store: Store, tmp_path: Path) -> None:
    content = bytes(range(256)) * 3000
    name = name_of(content)
    assert store.size(name) is None
    path = tmp_path / "upload.part"
    path.write_bytes(content)
    assert store.create(name, path) is True
    assert not path.exists()
    assert store.create(name, content) is False
    assert store.size(name) == len(content)
    assert b"".join(store.pieces(name)) == read_whole(store, name) == content


@pytest.mark.parametrize("content", [b"other", b"", b"x" * 100_000])
def test_another_content_of_a_name_is_refused(store: Store, content: bytes) -> None:
    name = name_of(b"first")
    store.create(name, b"first")
    with pytest.raises(Conflict, match="another content"):
        store.create(name, content)
    assert read_whole(store, name) == b"first"


def test_what_is_not_there(store: Store) -> None:
    name = name_of(b"nothing")
    with pytest.raises(DocumentUnreadable) as found:
        read_whole(store, name)
    assert found.value.reason == "missing"
    with pytest.raises(DocumentUnreadable):
        list(store.pieces(name))


def test_what_is_larger_than_expected_is_not_read(store: Store) -> None:
    name = name_of(b"x" * 100)
    store.create(name, b"x" * 100)
    with pytest.raises(DocumentUnreadable, match="larger than 99 bytes"):
        read_whole(store, name, most=99)


DIGEST = "0" * 64
NAMES = [
    "",
    "x",
    f"/plugins/echo/{DIGEST}.releases.json",
    f"plugins/../{DIGEST}.releases.json",
    f"plugins/echo/../{DIGEST}.x",
    f"plugins//{DIGEST}.x",
    f"plugins/echo/{DIGEST}.a/../../b",
    f"plugins/echo/{DIGEST}",
    f"plugins/echo/{DIGEST[1:]}.x",
    f"plugins/Echo/{DIGEST}.x",
    f"plugins/echo/{DIGEST}.x\n",
    f"plugins/echo/{DIGEST}.x\0",
    f"plugins\\echo\\{DIGEST}.x",
    f"plugins/{'e' * 300}/{DIGEST}.x",
    f"plugins/a/b/c/d/e/{DIGEST}.x",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_file_has(store: Store, name: str) -> None:
    with pytest.raises(UsageError):
        store.create(name, b"x")
    with pytest.raises(UsageError):
        require_name(name)


def test_of_two_writers_at_once_one_wins(store: Store) -> None:
    for turn in range(8):
        contents = [f"{turn} {writer}".encode() for writer in range(4)]
        name = name_of(b"shared", f"1.0.{turn}")
        outcomes: list[str] = []

        def write(content: bytes, name: str = name, outcomes: list[str] = outcomes) -> None:
            try:
                store.create(name, content)
                outcomes.append("kept")
            except PybridgeError as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=write, args=(each,)) for each in contents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["conflict", "conflict", "conflict", "kept"]
        assert read_whole(store, name) in contents


def test_a_registry_whose_archives_are_there(address: str, tmp_path: Path) -> None:
    registry = made(tmp_path / "registry")
    with running(registry.folder, store=open_store(address)) as served:
        remote = served.remote()
        remote.publish([release()], [], "stable", "")
        direct = replace(remote, store=open_store(address))
        direct.publish([release("2.0.0")], [], "stable", "")
        root = (registry.metadata / "root.json").read_bytes()
        client = open_registry(served.url, [root], tmp_path / "seen")
        releases = client.releases("echo")
        assert releases is not None
        assert set(releases.versions) == {"1.0.0", "2.0.0"}
        path = releases.path("2.0.0", "linux_x86_64")
        assert path is not None
        assert client.content(path) == release("2.0.0").content
    assert not (registry.folder / "public" / "targets").exists()


@pytest.mark.parametrize("place", ["http://bucket/x", "s3://", "gs://bucket"])
def test_what_is_not_a_store(place: str) -> None:
    with pytest.raises(UsageError, match="not a store"):
        open_store(place)


def test_a_store_that_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch, cli: Cli, tmp_path: Path
) -> None:
    place = in_environment(monkeypatch, "http://127.0.0.1:9")
    store = open_store(place)
    with pytest.raises(PybridgeError) as found:
        store.create(name_of(b"x"), b"x")
    assert "\n" not in found.value.what()
    assert "secret" not in str(found.value)
