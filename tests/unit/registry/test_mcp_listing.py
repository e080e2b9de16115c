"""The listing of a bundle for registries of MCP servers, by the rules of their schema of 2025-12-11."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pybridge import abi
from tests.unit.bundles.conftest import Cli, cli, place
from tests.unit.registry.conftest import PUBLISHER, made

__all__ = ["cli", "place"]

PLATFORMS = ("linux_x86_64", "macos_universal")
CONFIG: dict[str, Any] = {
    "id": "echo-mcp",
    "version": "1.2.0",
    "name": "Echo",
    "description": "Answers what it is asked.",
    "min_host_version": "0.1.0",
    "platforms": [*PLATFORMS],
    "workers": [
        {
            "id": "main",
            "kind": "mcp_stdio",
            "auto_start": True,
            "entrypoints": dict.fromkeys(PLATFORMS, "bin/echo"),
            "args": [],
            "env": {},
        }
    ],
    "payloads": [{"source": "echo.sh", "dest": "bin/echo"}],
}
NAME = "io.github.ada/echo-mcp"
ADDRESS = "https://github.com/ada/echo-mcp/releases/download/v{version}/{file}"
TEXT = {"type": "string", "minLength": 1, "maxLength": 100}
# What that schema requires of a bundle's listing, and what the registry requires of a package of its kind.
SERVER = {
    "type": "object",
    "required": ["$schema", "name", "title", "description", "version", "packages"],
    "additionalProperties": False,
    "properties": {
        "$schema": {
            "const": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
        },
        "name": {
            "type": "string",
            "minLength": 3,
            "maxLength": 200,
            "pattern": "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$",
        },
        "title": TEXT,
        "description": TEXT,
        "version": {"type": "string", "maxLength": 255, "pattern": r"^\d+\.\d+\.\d+$"},
        "packages": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["registryType", "identifier", "fileSha256", "transport"],
                "additionalProperties": False,
                "properties": {
                    "registryType": {"const": "mcpb"},
                    "identifier": {"type": "string", "pattern": "^https://.*mcp"},
                    "fileSha256": {"type": "string", "pattern": "^[a-f0-9]{64}$"},
                    "transport": {"const": {"type": "stdio"}},
                },
            },
        },
    },
}


@pytest.fixture
def publish(place: Path, cli: Cli, tmp_path: Path) -> Any:
    registry = made(tmp_path / "registry")
    (place / "key").write_text(f"{PUBLISHER.text}\n")
    how = ("--key", "key", "--registry", str(registry.folder), "--json")

    def run(config: Mapping[str, Any], *more: str) -> Any:
        (place / "bundle.json").write_text(json.dumps(config))
        return cli("publish", "bundle.json", *how, *more)

    return run


def listing(name: str = NAME, address: str = ADDRESS) -> tuple[str, ...]:
    return ("--server-json", "server.json", "--server-name", name, "--download-url", address)


def test_each_platform_is_a_package_with_the_hash_of_its_archive(publish: Any, place: Path) -> None:
    done = publish(CONFIG, "--dry-run", *listing())
    assert (done.code, done.json["serverJson"]) == (0, "server.json")
    assert not (place / "server.json").exists()
    done = publish(CONFIG, *listing())
    assert (done.code, abi.validate("cli-publish", done.json)) == (0, [])
    found = json.loads((place / "server.json").read_text())
    jsonschema.validate(found, SERVER)
    assert (found["name"], found["version"], found["description"]) == (
        NAME,
        "1.2.0",
        CONFIG["description"],
    )
    expected = []
    for platform in PLATFORMS:
        name = f"echo-mcp-1.2.0-{platform}.zip"
        content = (place / "dist/plugins/echo-mcp/1.2.0" / platform / name).read_bytes()
        address = f"https://github.com/ada/echo-mcp/releases/download/v1.2.0/{name}"
        expected.append((address, hashlib.sha256(content).hexdigest()))
    assert [(each["identifier"], each["fileSha256"]) for each in found["packages"]] == expected


NO_WORKER = {**CONFIG, "workers": []}


@pytest.mark.parametrize(
    ("config", "how", "message"),
    [
        pytest.param(CONFIG, listing(name="echo"), "'echo' is not a server's name", id="no-owner"),
        pytest.param(CONFIG, listing(name="a/b/c"), "is not a server's name", id="two-slashes"),
        pytest.param(CONFIG, listing(name="é/b"), "is not a server's name", id="letters"),
        pytest.param(CONFIG, listing(address="http://x.org/{file}"), "https://", id="plain-text"),
        pytest.param(CONFIG, listing(address="https://a:b@x.org/{file}"), "https://", id="password"),
        pytest.param(CONFIG, listing(address="https://x.org/{file}?a"), "without a query", id="query"),
        pytest.param(CONFIG, listing(address="https://x.org/mcp"), "the same for several", id="one-address"),
        pytest.param({**CONFIG, "description": "x" * 101}, listing(), "101 characters", id="long"),
        pytest.param(NO_WORKER, listing(), "one MCP server", id="no-worker"),
        pytest.param(CONFIG, listing()[:2], "are given together", id="name-missing"),
        pytest.param(CONFIG, listing()[2:], "are given together", id="file-missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_listed_is_not_published(
    publish: Any, place: Path, tmp_path: Path, config: Any, how: Any, message: str
) -> None:
    before = sorted((tmp_path / "registry").rglob("*"))
    done = publish(config, *how)
    assert (done.code, message in done.out + done.err) == (2, True), done.out + done.err
    assert not (place / "server.json").exists()
    assert sorted((tmp_path / "registry").rglob("*")) == before
