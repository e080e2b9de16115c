"""MCPB's manifest.json, made from plugin.json, so that hosts of MCP bundles take the same archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MANIFEST = "manifest.json"
WORKER_KIND = "mcp_stdio"

_VERSION = "0.3"
_SYSTEMS = {"linux": "linux", "macos": "darwin", "windows": "win32"}
_META = "dev.pybridge.bundle"


def manifest_of(
    plugin: Mapping[str, Any], platform: str, author: str | None
) -> dict[str, Any] | None:
    """Return the manifest for MCP hosts; None for a bundle that is not one MCP server.

    Args:
        plugin: plugin.json, without the hashes.
        platform: The platform of the bundle.
        author: Who made it; None for the name of the bundle.
    """
    workers = plugin["workers"]
    system = _SYSTEMS.get(platform.partition("_")[0])
    if len(workers) != 1 or workers[0]["kind"] != WORKER_KIND or system is None:
        return None
    [worker] = workers
    program = worker["entrypoint"][platform]
    return {
        "manifest_version": _VERSION,
        "name": plugin["id"],
        "display_name": plugin["name"],
        "version": plugin["version"],
        "description": plugin.get("description") or plugin["name"],
        "author": {"name": author or plugin["name"]},
        "server": {
            "type": "binary",
            "entry_point": program,
            "mcp_config": {
                "command": f"${{__dirname}}/{program}",
                "args": worker["args"],
                "env": worker["env"],
            },
        },
        "compatibility": {"platforms": [system]},
        "_meta": {_META: {"id": plugin["id"], "platform": platform}},
    }
