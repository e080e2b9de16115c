"""The server of a registry: what is published over HTTP is what clients install, and nothing else gets in."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pybridge import abi
from pybridge.bundles.registry.client import open_registry
from pybridge.bundles.registry.releases import Release
from pybridge.bundles.registry.remote import RemoteRegistry
from pybridge.bundles.registry.server import RegistryRefused, Server
from pybridge.errors import PybridgeError, UsageError
from pybridge.registry.tokens import holder, new_token, revoke_token, tokens
from tests.unit.bundles.making import KEY, OTHER, bundle, public
from tests.unit.bundles.serving import serving
from tests.unit.registry.conftest import LINUX, MACOS, NOW, PUBLISHER, Cli, Running, release


def root_of(served: Running) -> bytes:
    return (served.service.registry.metadata / "root.json").read_bytes()


def looked_up(served: Running, tmp_path: Path, channel: str = "stable") -> dict[str, Any]:
    client = open_registry(served.url, [root_of(served)], tmp_path / "seen")
    found = client.releases("echo", channel)
    return {} if found is None else {each: sorted(found.versions[each]) for each in found.versions}


def asked(served: Running, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:  # fmt: skip
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(served.url.rpartition(":")[2]), timeout=20
    )
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def stored_name(each: Release) -> str:
    digest = hashlib.sha256(each.content).hexdigest()
    name = f"{each.id}-{each.version}-{each.platform}.zip"
    return f"plugins/{each.id}/{each.version}/{each.platform}/{digest}.{name}"


def request_of(each: Release, **more: Any) -> dict[str, Any]:
    digest = hashlib.sha256(each.content).hexdigest()
    value = {"plugin_id": each.id, "version": each.version, "platform": each.platform}
    return {**value, "artifact_key": stored_name(each), "artifact_sha256": digest, **more}


def test_the_commands_from_a_token_to_an_update(place: Path, cli: Cli, served: Running) -> None:
    folder = str(served.service.folder)
    made = cli("registry", "token", "new", "laptop", "--dir", folder)
    (place / "token").write_text(made.out)
    (place / "token").chmod(0o600)
    cli("keys", "trust", public(KEY).text)
    (place / "key").write_text(base64.b64encode(bytes(range(32))).decode() + "\n")
    config = {
        "id": "echo",
        "version": "1.0.0",
        "name": "Echo",
        "platforms": [LINUX],
        "workers": [{"id": "main", "kind": "mcp_stdio", "entrypoints": {LINUX: "bin/echo"}}],
        "payloads": [{"source": "echo.sh", "dest": "bin/echo"}],
    }
    (place / "bundle.json").write_text(json.dumps(config))
    how = ("--registry", served.url, "--token-file", "token", "--key", "key")
    before = files(served.service.folder)
    dry = cli("publish", "bundle.json", *how, "--dry-run", "--json")
    assert (dry.code, abi.validate("cli-publish", dry.json)) == (0, [])
    assert files(served.service.folder) == before
    done = cli("publish", "bundle.json", *how, "--json").json
    path = f"plugins/echo/1.0.0/{LINUX}/echo-1.0.0-{LINUX}.zip"
    [found] = done["registries"]
    assert found == {"registry": served.url, "published": [path], "waiting": []}
    assert [found] == dry.json["registries"]
    assert cli("publish", "bundle.json", *how).out == "unchanged\n"
    cli("keys", "trust", served.service.registry.metadata / "root.json")
    assert cli("install", "echo", "--from", served.url, "--json").json["version"] == "1.0.0"
    (place / "bundle.json").write_text(json.dumps({**config, "version": "1.1.0"}))
    assert cli("publish", "bundle.json", *how).code == 0
    assert cli("update", "--from", served.url, "--json").json[0]["version"] == "1.1.0"
    yanked = cli("registry", "yank", "echo@1.1.0", "--reason", "bad", *how, "--json")
    assert (yanked.code, abi.validate("cli-registry", yanked.json)) == (0, [])
    refused = cli("install", "echo@1.1.0", "--from", served.url)
    assert "withdrawn: bad [rule yanked]" in refused.err
    log = cli("registry", "audit", "--dir", folder, "--json").json
    assert abi.validate("cli-registry-audit", log) == []
    assert [(each["token"], each["action"], each["outcome"]) for each in log] == [
        ("laptop", "register", "done"),
        ("laptop", "publish", "done"),
        ("laptop", "register", "done"),
        ("laptop", "register", "done"),
        ("laptop", "publish", "done"),
        ("laptop", "publish", "done"),
    ]
    assert log[-1]["detail"]["yanked"] == {"echo@1.1.0": "bad"}
    listed = cli("registry", "token", "list", "--dir", folder, "--json").json
    assert (abi.validate("cli-registry-tokens", listed), len(listed)) == ([], 2)
    assert cli("registry", "token", "revoke", "laptop", "--dir", folder).code == 0
    assert "needs the token" in cli("publish", "bundle.json", *how).err


def files(folder: Path) -> set[str]:
    return {str(each) for each in folder.rglob("*") if each.name != "lock"}


def test_a_token_is_kept_as_a_hash(served: Running) -> None:
    database = served.service.database
    token = new_token(database, "laptop", NOW)
    assert token.encode() not in database.path.read_bytes()
    assert (database.path.stat().st_mode & 0o077 == 0) == (os.name == "posix")
    assert holder(database, token) == "laptop"
    for wrong in ("", token[:-1], token + "x", token.lower(), "x" * 10_000, "\ud800"):
        assert holder(database, wrong) is None
    revoke_token(database, "laptop", NOW)
    assert holder(database, token) is None
    assert [each["revoked"] is None for each in tokens(database)] == [True, False]


ADMIN = [
    ("PUT", f"/admin/plugins/artifacts/{stored_name(release())}"),
    ("GET", f"/admin/plugins/artifacts/{stored_name(release())}"),
    ("POST", "/admin/plugins/releases"),
    ("GET", "/admin/plugins/releases"),
    ("POST", "/admin/plugins/catalog/publish"),
    ("POST", "/admin/plugins/publish"),
    ("GET", "/admin/audit"),
]


@pytest.mark.parametrize(("method", "path"), ADMIN)
def test_no_change_without_a_token(served: Running, method: str, path: str) -> None:
    before = files(served.service.folder)
    for value in ("", "Bearer", "Bearer x", "Basic eDp4", f"Basic {served.token}", "Bearer \u00e9"):
        headers = {"Authorization": value} if value else {}
        assert asked(served, method, path, b"{}", **headers)[0] == 401
    for variant in (path.replace("/admin", "//admin"), path.replace("/admin", "/ADMIN"), path.replace("/admin/", "/x/../admin/")):  # fmt: skip
        assert asked(served, method, variant, b"{}")[0] in (404, 405)
    assert files(served.service.folder) == before


def test_a_version_appears_when_all_its_platforms_are_there(
    served: Running, tmp_path: Path
) -> None:
    remote = served.remote()
    dry = remote.would_publish([release(platform=LINUX)], [LINUX, MACOS], "stable")
    first = remote.publish([release(platform=LINUX)], [LINUX, MACOS], "stable", "")
    assert dry == first
    assert (first.published, first.waiting) == ([], [MACOS])
    assert looked_up(served, tmp_path) == {}
    second = remote.publish([release(platform=MACOS)], [LINUX, MACOS], "stable", "")
    assert (len(second.published), second.waiting) == (2, [])
    assert looked_up(served, tmp_path) == {"1.0.0": [LINUX, MACOS]}
    with pytest.raises(RegistryRefused, match="declared for linux_x86_64, macos_universal"):
        remote.publish([release(platform=LINUX)], [LINUX], "stable", "")


def test_the_server_itself_refuses_a_version_that_is_not_complete(served: Running) -> None:
    remote = served.remote()
    each = release()
    remote.publish([each], [LINUX, MACOS], "stable", "")
    draft = remote._draft()
    draft.add(each, "stable")
    for name, content in draft.stored().items():
        remote._put(name, content)
    text = draft.signed(remote.publisher, NOW).decode()
    with pytest.raises(
        RegistryRefused, match=r"macos_universal is missing .rule registry-platforms"
    ):
        remote.server.call("POST", "admin/plugins/publish", {"targets": text, "channel": "stable"})


REGISTRATIONS = [
    pytest.param({"version": "1.0.1"}, 422, "other-bundle", id="another version"),
    pytest.param({"plugin_id": "other"}, 422, "other-bundle", id="another bundle"),
    pytest.param({"platform": MACOS}, 422, "other-bundle", id="another platform"),
    pytest.param({"artifact_sha256": "0" * 64}, 400, "of two files", id="another hash"),
    pytest.param({"artifact_key": "plugins/echo/../x"}, 400, "not the name", id="path outside"),
    pytest.param({"artifact_key": "/etc/passwd"}, 400, "not the name", id="absolute path"),
    pytest.param({"platforms": [MACOS]}, 400, "not among", id="declared for others"),
    pytest.param({"platforms": []}, 400, "platforms", id="no platforms"),
    pytest.param({"more": 1}, 400, "more", id="unknown member"),
]


@pytest.mark.parametrize(("change", "status", "words"), REGISTRATIONS)
def test_a_registration_that_is_wrong(
    served: Running, change: dict[str, Any], status: int, words: str
) -> None:
    remote, each = served.remote(), release()
    remote._put(stored_name(each), each.content)
    with pytest.raises(RegistryRefused, match=words) as found:
        remote.server.call("POST", "admin/plugins/releases", request_of(each, **change))
    assert found.value.status == status
    assert served.service.database.releases("echo", "1.0.0") == []


def test_an_archive_of_another_key_or_a_damaged_one_is_not_registered(served: Running) -> None:
    remote = served.remote()
    for content in (bundle(key=OTHER), bundle()[:-1], b"x"):
        each = Release("echo", "1.0.0", LINUX, content)
        remote._put(stored_name(each), content)
        with pytest.raises(RegistryRefused) as found:
            remote.server.call("POST", "admin/plugins/releases", request_of(each))
        assert found.value.status == 422


def test_a_version_never_changes(served: Running) -> None:
    remote = served.remote()
    remote.publish([release()], [], "stable", "")
    other = Release("echo", "1.0.0", LINUX, bundle({"v": b"changed"}, workers=[]))
    changed = bundle({**{"v": b"changed"}, "bin/linux/x86_64/echo-worker": b"x"})
    other = Release("echo", "1.0.0", LINUX, changed)
    with pytest.raises(RegistryRefused, match="with another content") as found:
        remote.publish([other], [], "stable", "")
    assert found.value.status == 409


def test_an_upload_has_the_content_that_its_name_says(served: Running) -> None:
    each = release()
    path = f"/admin/plugins/artifacts/{stored_name(each)}"
    key = {"Authorization": f"Bearer {served.token}"}
    before = files(served.service.folder)
    assert asked(served, "PUT", path, each.content[:-1], **key)[0] == 422
    assert asked(served, "PUT", path, each.content + b"x", **key)[0] == 422
    assert (
        asked(served, "PUT", path, each.content, **{**key, "Content-Length": "600000000"})[0] == 413
    )
    assert {each for each in files(served.service.folder) - before if not each.endswith("uploads")} == set()  # fmt: skip
    assert asked(served, "PUT", path, each.content, **key)[0] == 201
    assert asked(served, "PUT", path, each.content, **key)[0] == 200
    assert asked(served, "GET", f"/targets/{stored_name(each)}")[1] == each.content
    assert asked(served, "GET", f"/plugins/artifacts/echo/1.0.0/{LINUX}/echo-1.0.0-{LINUX}.zip")[0] == 404  # fmt: skip


@pytest.mark.parametrize("path", ["/admin/plugins/releases", "/admin/plugins/catalog/publish", f"/admin/plugins/artifacts/{stored_name(release())}"])  # fmt: skip
def test_a_request_without_an_end_is_bounded(served: Running, path: str) -> None:
    """No length, a false one, too many bytes: an answer, or the end of the connection, and nothing is kept."""
    before = files(served.service.folder)
    method = "PUT" if "artifacts" in path else "POST"
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.token}\r\n"
    address = ("127.0.0.1", int(served.url.rpartition(":")[2]))
    for rest, expected in (
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", b"400"),
        ("Content-Length: 999999999999\r\n\r\n", b"413"),
        ("Content-Length: x\r\n\r\n", b"400"),
        (f"X: {'x' * 70_000}\r\n\r\n", b"4"),
    ):
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall((head + rest).encode())
            assert expected in connection.recv(4096).split(b"\r\n")[0]
    made = {each for each in files(served.service.folder) - before if not each.endswith("uploads")}
    assert made == set()


BODIES = [b"", b"{", b"[]", b"null", b"\xff", b'{"targets": 1}', b"[" * 60_000, b'{"targets": "{}"}', b'{"targets": "x", "channel": "edge"}']  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", ["/admin/plugins/releases", "/admin/plugins/publish"])
def test_what_is_not_a_request_is_refused(served: Running, body: bytes, path: str) -> None:
    status, answer = asked(served, "POST", path, body, Authorization=f"Bearer {served.token}")
    assert status in (400, 422)
    assert abi.validate("error", json.loads(answer)["error"]) == []


PATHS = [
    "/metadata/../../private/ed25519.private",
    "/metadata/%2e%2e%2f%2e%2e%2fprivate%2fed25519.private",
    "/targets/../../private/ed25519.private",
    "/targets/plugins/..%2f..%2f..%2fprivate/ed25519.private",
    "/targets/plugins/echo/releases.json",
    "/plugins/artifacts/../../private/registry.db",
    "/plugins/edge/index.json",
    "/plugins/catalogs/999/stable/index.json",
    "/private/registry.db",
    "/metadata/timestamp.json%00",
    f"/metadata/{'1' * 2000}.json",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_file_but_those_of_the_registry_is_answered(served: Running, path: str) -> None:
    status, answer = asked(served, "GET", path)
    assert status in (400, 404)
    assert served.service.registry.online().text.encode() not in answer


def test_the_views_for_hosts_that_know_no_tuf(served: Running) -> None:
    remote = served.remote()
    each = release()
    remote.publish([release("0.9.0"), each], [], "stable", "")
    remote.publish([release("2.0.0")], [], "beta", "")
    content = asked(served, "GET", "/plugins/index.json")[1]
    url = f"{served.url}/plugins/artifacts/echo/1.0.0/{LINUX}/echo-1.0.0-{LINUX}.zip"
    digest = hashlib.sha256(each.content).hexdigest()
    entry = {"platform": LINUX, "url": url, "sha256": digest, "size": len(each.content)}
    value = json.loads(content)
    assert value.pop("catalog_version").endswith("Z")
    plugins = [{"id": "echo", "version": "1.0.0", "platforms": [entry]}]
    assert value == {"v": 1, "channel": "stable", "plugins": plugins}
    signature = base64.b64decode(asked(served, "GET", "/plugins/index.sig")[1])
    online = Ed25519PublicKey.from_public_bytes(served.service.registry.online().public.raw)
    online.verify(signature, content)
    pointer = json.loads(asked(served, "GET", "/plugins/current.json")[1])
    assert pointer["sha256"] == hashlib.sha256(content).hexdigest()
    beta = json.loads(asked(served, "GET", "/plugins/beta/index.json")[1])
    assert beta["plugins"][0]["version"] == "2.0.0"
    assert asked(served, "GET", url.removeprefix(served.url))[1] == each.content
    remote.yank("echo", "1.0.0", "bad")
    assert (
        json.loads(asked(served, "GET", "/plugins/index.json")[1])["plugins"][0]["version"]
        == "0.9.0"
    )
    assert asked(served, "GET", url.removeprefix(served.url))[0] == 410
    # What the pointer named is still there, and still fits its signature.
    assert asked(served, "GET", f"/plugins/{pointer['index']}")[1] == content
    again = base64.b64decode(asked(served, "GET", f"/plugins/{pointer['signature']}")[1])
    online.verify(again, content)


def test_every_former_catalog_can_be_read_again(served: Running) -> None:
    for _ in range(12):
        served.service.registry.refresh()
    for turn in (1, 2):
        for snapshot in range(13, 0, -1):
            path = f"/plugins/catalogs/{snapshot}/stable/index.json"
            assert (turn, asked(served, "GET", path)[0]) == (turn, 200)


ANSWERS = [b"", b"[]", b"{}", b"null", b'{"releases": 1}', b'{"releases": [1], "platforms": []}', b'{"signed": {"meta": []}}', b'{"signed": {"meta": {"snapshot.json": {"version": "x"}}}}', b"\xff"]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_server_that_answers_something_else_is_one_line(tmp_path: Path, answer: bytes) -> None:
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata" / "timestamp.json").write_bytes(answer)
    (tmp_path / "admin" / "plugins").mkdir(parents=True)
    with serving(tmp_path) as other:
        remote = RemoteRegistry(Server.of(other.url, "x" * 20), PUBLISHER, NOW)
        with pytest.raises(PybridgeError) as found:
            remote.yank("echo", "1.0.0", "x")
        assert other.url in found.value.what()


def test_older_names_are_the_same(served: Running) -> None:
    served.remote().publish([release()], [], "stable", "")
    for old, new in (("/tuf/root.json", "/metadata/root.json"), ("/tuf/1.root.json", "/metadata/1.root.json")):  # fmt: skip
        assert asked(served, "GET", old) == asked(served, "GET", new)


def test_health_says_when_the_registry_expires(served: Running) -> None:
    status, answer = asked(served, "GET", "/health")
    assert (status, json.loads(answer)["ok"]) == (200, True)
    served.service.clock = lambda: NOW + timedelta(days=8)
    status, answer = asked(served, "GET", "/health")
    assert (status, "pybridge registry refresh" in json.loads(answer)["hint"]) == (503, True)


def test_a_token_goes_to_no_other_server_and_not_in_plain_text() -> None:
    with pytest.raises(UsageError, match="without TLS"):
        Server.of("http://bundles.example.org/", "secret")
    for address in ("ftp://x", "https://user@x", "bundles.example.org", "https://"):
        with pytest.raises(UsageError, match="not the address"):
            Server.of(address, None)
