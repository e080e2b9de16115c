"""Registries: what was published is what is installed, and nobody gets an old, a mixed or a foreign one."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.exceptions import DownloadError, SlowRetrievalError

from pybridge import abi
from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.client import RegistryUnreachable, open_registry
from pybridge.bundles.registry.fetching import HttpFetcher
from pybridge.bundles.registry.governing import create
from pybridge.bundles.registry.publications import publish, yank
from pybridge.bundles.registry.releases import Release
from pybridge.bundles.registry.repository import Registry
from pybridge.bundles.registry.roles import Publisher
from pybridge.errors import Conflict
from tests.amounts import amount
from tests.unit.bundles.making import FILES, KEY, PLATFORM, bundle, public
from tests.unit.bundles.serving import Served, serving
from tests.unit.cli.conftest import Cli

ROOT = PrivateKey(bytes(range(50, 82)))
PUBLISHER = PrivateKey(bytes(range(32)))
NOW = datetime.now(UTC)


def version(number: str, name: str = "echo") -> bytes:
    return bundle({**FILES, "resources/v": number.encode()}, version=number, id=name)


def release(number: str, name: str = "echo") -> Release:
    return Release(name, number, PLATFORM, version(number, name))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    found = Registry(tmp_path / "registry", NOW)
    create(found, ROOT, [Publisher(PUBLISHER, "*")])
    publish(found, [release("1.0.0")], PUBLISHER)
    return found


@pytest.fixture
def web(registry: Registry) -> Iterator[Served]:
    with serving(registry.folder / "public") as served:
        yield served


@pytest.fixture
def client(place: Path, cli: Cli, registry: Registry) -> Cli:
    """A user who trusts the registry and the publisher."""
    cli("keys", "trust", public(KEY).text)
    assert cli("keys", "trust", registry.metadata / "root.json").code == 0
    return cli


def root_of(registry: Registry) -> bytes:
    return (registry.metadata / "root.json").read_bytes()


def tree(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_commands_from_keys_to_an_update(place: Path, cli: Cli) -> None:
    cli("keys", "new", "root")
    cli("keys", "new", "release")
    config: dict[str, Any] = {
        "id": "notes",
        "version": "1.0.0",
        "name": "Notes",
        "platforms": [PLATFORM],
        "payloads": [{"source": "echo.sh", "dest": "echo.sh"}],
    }
    made = cli("registry", "init", "--root-key", "root", "--publisher", "release", "--json")
    assert (made.code, abi.validate("cli-registry", made.json)) == (0, [])
    assert cli("registry", "init", "--root-key", "root").code == 1
    (place / "bundle.json").write_text(json.dumps(config))
    built = cli("bundle", "build", "bundle.json", "--platform", PLATFORM, "--json").json["path"]
    first = cli("publish", built, "--registry", "registry", "--json")
    assert first.json["published"] == ["plugins/notes/1.0.0/any/notes-1.0.0-any.zip"]
    assert cli("publish", built, "--registry", "registry").out == "unchanged\n"
    assert cli("registry", "refresh").code == 0
    with serving(place / "registry" / "public") as served:
        refused = cli("install", "notes", "--from", served.url)
        assert (refused.code, "[rule registry-root]" in refused.err) == (1, True)
        assert served.asked == []
        trusted = cli("keys", "trust", made.json["root"], "--json").json
        assert trusted in cli("keys", "list", "--json").json
        assert cli("install", "notes", "--from", served.url, "--json").json["version"] == "1.0.0"
        (place / "bundle.json").write_text(json.dumps({**config, "version": "1.1.0"}))
        built = cli("bundle", "build", "bundle.json", "--platform", PLATFORM, "--json").json["path"]
        assert cli("publish", built, "--registry", "registry").code == 0
        [updated] = cli("update", "--from", served.url, "--json").json
        assert (updated["version"], updated["status"]) == ("1.1.0", "updated")
        assert cli("install", "nothing", "--from", served.url).code == 2
        assert cli("keys", "revoke", trusted["name"]).code == 0
        assert "[rule registry-root]" in cli("update", "--from", served.url).err


def test_an_older_registry_is_refused(client: Cli, registry: Registry, web: Served) -> None:
    old = registry.folder.with_name("old")
    shutil.copytree(registry.folder / "public", old)
    publish(registry, [release("2.0.0")], PUBLISHER)
    assert client("install", "echo", "--from", web.url, "--json").json["version"] == "2.0.0"
    web.folder = old
    done = client("install", "echo", "--from", web.url)
    assert (done.code, "[rule registry-rollback]" in done.err) == (1, True)
    assert client("installed", "--json").json[0]["version"] == "2.0.0"


@pytest.mark.parametrize(("days", "is_fresh"), [(6, True), (8, False), (400, False)])
def test_a_registry_that_stands_still_expires(tmp_path: Path, days: int, is_fresh: bool) -> None:
    registry = Registry(tmp_path / "registry", NOW - timedelta(days=days))
    create(registry, ROOT, [Publisher(PUBLISHER, "*")])
    publish(registry, [release("1.0.0")], PUBLISHER)
    with serving(registry.folder / "public") as served:

        def look() -> None:
            seen = tmp_path / "seen"
            found = open_registry(served.url, [root_of(registry)], seen).releases("echo")
            assert found is not None

        if is_fresh:
            look()
            return
        with pytest.raises(Refused, match=r"\[rule registry-expired\]"):
            look()
        if days < 365:
            Registry(registry.folder, NOW).refresh()
            look()


def test_metadata_of_two_moments_is_refused(
    tmp_path: Path, registry: Registry, web: Served
) -> None:
    old = tree(registry.metadata)
    publish(registry, [release("2.0.0")], PUBLISHER)
    new = tree(registry.metadata)
    snapshot = max(name for name in new if name.endswith(".snapshot.json"))
    before = max(name for name in old if name.endswith(".snapshot.json"))
    (registry.metadata / snapshot).write_bytes(old[before])
    with pytest.raises(Refused, match=r"\[rule registry-"):
        open_registry(web.url, [root_of(registry)], tmp_path / "seen")


def test_a_registry_of_another_root_is_refused(
    tmp_path: Path, registry: Registry, web: Served
) -> None:
    other = Registry(tmp_path / "other", NOW)
    create(other, PUBLISHER, [Publisher(PUBLISHER, "*")])
    roots = [root_of(other)]
    with pytest.raises(Refused) as found:
        open_registry(web.url, roots, tmp_path / "seen")
    assert found.value.rule == "registry-signature"
    both = [*roots, root_of(registry)]
    assert open_registry(web.url, both, tmp_path / "seen").releases("echo")


def test_each_changed_byte_of_what_is_served_is_refused(
    tmp_path: Path, registry: Registry, web: Served
) -> None:
    """Only what was published is accepted, whichever byte of which file is changed."""
    root = root_of(registry)
    expected = version("1.0.0")
    names = [name for name in tree(registry.folder / "public") if "1.root" not in name]
    turns = itertools.count()

    def fetched(name: str, place: int) -> bytes | None:
        def fault(path: str, content: bytes) -> Iterator[bytes]:
            changed = bytearray(content)
            if path == f"/{name}":
                changed[place % len(changed)] ^= 1 << place % 7
            yield bytes(changed)

        web.fault = fault
        seen = tmp_path / f"seen-{next(turns)}"
        client = open_registry(web.url, [root], seen)
        releases = client.releases("echo")
        path = releases.path("1.0.0", PLATFORM) if releases else None
        return client.content(path) if path else None

    accepted = 0
    for name in names:
        for turn in range(amount(3, 60)):
            try:
                content = fetched(name, 37 + 101 * turn)
            except (Refused, RegistryUnreachable):
                continue
            accepted += 1  # a file that is not read, or white space in one
            assert content == expected
    assert accepted < len(names) * amount(3, 60)


def endless(part: str) -> Any:
    def fault(path: str, content: bytes) -> Iterator[bytes]:
        yield content
        while part in path:
            yield b" " * 65536

    return fault


@pytest.mark.parametrize("part", ["timestamp", "snapshot", "targets.json", "releases", ".zip"])
def test_an_endless_answer_is_ended(
    client: Cli, registry: Registry, web: Served, part: str
) -> None:
    web.fault = endless(part)
    done = client("install", "echo", "--from", web.url)
    assert (done.code, "[rule registry-content]" in done.err) == (1, True)
    assert client("installed", "--json").json == []


def test_an_answer_that_drips_is_ended(web: Served) -> None:
    web.fault = endless("timestamp")
    with pytest.raises(SlowRetrievalError):
        for _ in HttpFetcher(longest_s=0.2).fetch(f"{web.url}/metadata/timestamp.json"):
            pass


@pytest.mark.parametrize("scheme", ["file:///etc/passwd", "ftp://127.0.0.1:9/x", "data:,x"])
def test_an_answer_leads_to_no_other_scheme(scheme: str) -> None:
    with pytest.raises(DownloadError):
        list(HttpFetcher().fetch(scheme))


@pytest.mark.parametrize("part", ["timestamp", "snapshot", "releases", ".zip"])
def test_a_registry_that_dies_half_way_changes_nothing(client: Cli, web: Served, part: str) -> None:
    def fault(path: str, content: bytes) -> Iterator[bytes]:
        yield content[: len(content) // 2] if part in path else content

    web.fault = fault
    done = client("install", "echo", "--from", web.url)
    assert (done.code, done.err.startswith("error: ")) == (1, True)
    assert client("installed", "--json").json == []
    web.fault = lambda _, content: iter([content])
    assert client("install", "echo", "--from", web.url).code == 0


def test_a_registry_that_is_not_there_is_one_line(client: Cli, web: Served) -> None:
    web.folder = web.folder / "nothing"
    done = client("install", "echo", "--from", web.url, "--json")
    assert (done.code, done.json["error"]["code"]) == (1, "io")
    for address in ("ftp://a", "file:///etc", "http://127.0.0.1:9"):
        assert client("install", "echo", "--from", address).code in (1, 2)


def test_a_version_never_changes(registry: Registry) -> None:
    before = tree(registry.folder)
    other = Release("echo", "1.0.0", PLATFORM, version("1.0.0") + b"x")
    with pytest.raises(Conflict, match="published with another content"):
        publish(registry, [release("1.0.1"), other], PUBLISHER)
    after = tree(registry.folder)
    assert {name: after[name] for name in before} == before
    assert publish(registry, [release("1.0.0")], PUBLISHER) == []


def test_a_withdrawn_version_is_refused_with_its_reason(
    client: Cli, registry: Registry, web: Served
) -> None:
    publish(registry, [release("2.0.0")], PUBLISHER)
    yank(registry, "echo", "2.0.0", "deletes notes", PUBLISHER)
    publish(registry, [release("0.9.0")], PUBLISHER)
    done = client("install", "echo@2.0.0", "--from", web.url)
    assert (done.code, "withdrawn: deletes notes [rule yanked]" in done.err) == (1, True)
    assert client("install", "echo", "--from", web.url, "--json").json["version"] == "1.0.0"
    assert client("update", "--from", web.url, "--json").json[0]["status"] == "unchanged"
    with pytest.raises(Conflict, match="not published by this key"):
        yank(registry, "echo", "3.0.0", "x", PUBLISHER)
    with pytest.raises(Conflict, match="does not accept"):
        yank(registry, "echo", "1.0.0", "x", ROOT)
    for arguments in (("echo", "x"), ("echo@1.0.0", " "), ("echo@1.0.0", "x" * 1001)):
        what, reason = arguments
        folder = str(registry.folder)
        assert client("registry", "yank", what, "--reason", reason, "--dir", folder).code == 2


def test_a_publisher_has_its_own_bundles(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry", NOW)
    create(registry, ROOT, [Publisher(PUBLISHER, "acme-*")])
    publish(registry, [release("1.0.0", "acme-echo")], PUBLISHER)
    with pytest.raises(Refused) as found:
        publish(registry, [release("1.0.0")], PUBLISHER)
    assert found.value.rule == "key-bundle"
    with pytest.raises(Conflict, match="does not accept"):
        publish(registry, [release("1.0.0")], ROOT)


def test_the_folder_has_no_key_that_signs_a_bundle_or_the_root(registry: Registry) -> None:
    [path] = [each for each in registry.folder.rglob("*.private")]
    assert path.relative_to(registry.folder).parts[0] == "private"
    online = PrivateKey.of(path.read_text().strip())
    signed = json.loads(root_of(registry))["signed"]
    [own] = [
        each
        for each, key in signed["keys"].items()
        if key["keyval"]["public"] == online.public.raw.hex()
    ]
    roles = {name for name, role in signed["roles"].items() if own in role["keyids"]}
    assert roles == {"snapshot", "timestamp"}
    texts = b"".join(tree(registry.folder).values())
    assert ROOT.text.encode() not in texts
    assert PUBLISHER.text.encode() not in texts


class Died(BaseException):
    """The process is gone."""


def test_a_publication_that_dies_at_any_step_is_nothing_or_all(tmp_path: Path) -> None:
    for number in range(1000):
        registry = Registry(tmp_path / str(number), NOW)
        create(registry, ROOT, [Publisher(PUBLISHER, "*")])
        publish(registry, [release("1.0.0")], PUBLISHER)
        left = iter(range(number * amount(5, 1)))

        def step(what: str, left: Any = left) -> None:
            if next(left, None) is None:
                raise Died(what)

        dying = Registry(registry.folder, NOW, step)
        both = [release("2.0.0"), release("1.0.0", "other")]
        try:
            publish(dying, both, PUBLISHER)
        except Died:
            with serving(registry.folder / "public") as served:
                client = open_registry(served.url, [root_of(registry)], tmp_path / f"s{number}")
                found = client.releases("echo")
                assert found is not None
                is_new = "2.0.0" in found.versions
                assert (client.releases("other") is not None) == is_new
            assert len(publish(registry, both, PUBLISHER)) == (0 if is_new else 2)
            continue
        break
    assert number > 3


def test_publishers_at_once_lose_nothing(registry: Registry, web: Served, tmp_path: Path) -> None:
    numbers = [f"3.{number}.0" for number in range(4)]
    threads = [
        threading.Thread(target=publish, args=(registry, [release(number)], PUBLISHER))
        for number in numbers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = open_registry(web.url, [root_of(registry)], tmp_path / "seen").releases("echo")
    assert found is not None
    assert sorted(found.versions) == ["1.0.0", *numbers]


@pytest.mark.parametrize("text", ["{", "{}", '{"signed": {"_type": "targets"}}'])
def test_what_is_no_root_is_not_trusted(place: Path, cli: Cli, text: str) -> None:
    (place / "root.json").write_text(text)
    done = cli("keys", "trust", "root.json")
    assert (done.code, "not the root of a registry" in done.err) == (1, True)
    assert cli("keys", "list", "--json").json == []


def test_a_root_that_others_signed_is_not_trusted(
    place: Path, cli: Cli, registry: Registry
) -> None:
    value = json.loads(root_of(registry))
    value["signed"]["version"] = 2
    (place / "root.json").write_text(json.dumps(value))
    assert cli("keys", "trust", "root.json").code == 1
