"""The `server.json` by which registries of MCP servers list a bundle. It is only written: no such registry is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from pybridge.bundles.archive.files import ArchiveFiles
from pybridge.bundles.building.mcpb import MANIFEST
from pybridge.bundles.manifests.canonical import read_json
from pybridge.bundles.registry.releases import Release
from pybridge.errors import UsageError

SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
_NAME = re.compile(r"(?=.{3,200}\Z)[a-zA-Z0-9][a-zA-Z0-9.-]*/[a-zA-Z0-9._-]+")
_ADDRESS = re.compile(r"https://[^\s/?#@]+/[^\s?#]+")
_MOST_CHARACTERS = 100
"""Of a title and of a description."""


def server_json(releases: Sequence[Release], name: str, address: str) -> dict[str, Any]:
    """Return the listing of one version, with a package for each platform.

    Args:
        releases: The archives; their signatures are verified already.
        name: The server's name in such registries: `io.github.OWNER/NAME`.
        address: Where the archives are downloaded; `{id}`, `{version}`, `{platform}` and `{file}` stand for what each has.

    Raises:
        UsageError: when a registry would refuse the listing, or the archives are not one version of one MCP server.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is not a server's name", "write it as io.github.OWNER/NAME")
    if not _ADDRESS.fullmatch(_address_of(releases[0], address)):
        raise UsageError(f"{address!r} is not an https:// address without a query", "such as https://github.com/OWNER/NAME/releases/download/v{version}/{file}")  # fmt: skip
    if len({(each.id, each.version) for each in releases}) != 1:
        raise UsageError("a server.json lists one version of one bundle", "publish them one by one")
    addresses = [_address_of(each, address) for each in releases]
    if len({*addresses}) != len(addresses):
        raise UsageError(f"{address!r} is the same for several archives", "use {platform} or {file} in it")  # fmt: skip
    about = _manifest(releases[0])
    return {
        "$schema": SCHEMA,
        "name": name,
        "title": _short(about["display_name"], "title"),
        "description": _short(about["description"], "description"),
        "version": releases[0].version,
        "packages": [
            {
                "registryType": "mcpb",
                "identifier": where,
                "fileSha256": sha256(each.content).hexdigest(),
                "transport": {"type": "stdio"},
            }
            for each, where in zip(releases, addresses, strict=True)
        ],
    }


def _address_of(release: Release, address: str) -> str:
    parts = {"id": release.id, "version": release.version, "platform": release.platform}
    parts["file"] = f"{release.id}-{release.version}-{release.platform}.zip"
    for part, value in parts.items():
        address = address.replace(f"{{{part}}}", value)
    return address


def _manifest(release: Release) -> dict[str, Any]:
    files = ArchiveFiles(release.content)
    if MANIFEST not in files.names():
        raise UsageError(f"{release.id} is not a bundle of one MCP server", "its only worker has to be of kind mcp_stdio")  # fmt: skip
    found: dict[str, Any] = read_json(files.read(MANIFEST), MANIFEST)
    return found


def _short(text: str, what: str) -> str:
    if not 0 < len(text) <= _MOST_CHARACTERS:
        raise UsageError(f"the {what} has {len(text)} characters, a listing has {_MOST_CHARACTERS} at most", "shorten it in the configuration")  # fmt: skip
    return text
