"""Build a bundle with plugin.json from its configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pybridge.bundles.archive.writer import File, write_archive
from pybridge.bundles.building import mcpb
from pybridge.bundles.building.config import Config, ConfigInvalid
from pybridge.bundles.building.programs import platform_of
from pybridge.bundles.building.sources import RuntimeModule, contents_of
from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.public import encoded
from pybridge.bundles.manifests import plugin
from pybridge.bundles.manifests.canonical import ascii_json
from pybridge.bundles.manifests.plugin import PluginManifest, read_plugin
from pybridge.bundles.refusals import Refused

_COPIED = ("id", "version", "name", "description", "min_host_version", "mcp_protocol_version")
_WORKER_DEFAULTS: Mapping[str, Any] = {"auto_start": False, "args": [], "env": {}}
_PROGRAM = "0755"


def build_plugin(
    config: Config,
    fields: Mapping[str, Any],
    platform: str,
    key: PrivateKey | None,
    runtime: RuntimeModule,
) -> bytes:
    """Return the archive of a bundle.

    Args:
        config: Says where sources are.
        fields: The configuration of one variant.
        platform: The platform that it is built for.
        key: What signs it; None to leave out the signature.
        runtime: Finds the modules of runtimes.

    Raises:
        ConfigInvalid: when the configuration contradicts itself, or a source is missing.
        Refused: when the bundle would break a rule.
        DocumentUnreadable: when a source cannot be read.
    """
    if platform not in fields["platforms"]:
        raise ConfigInvalid(config.path, (f"platform {platform} not in config platforms",))
    contents, programs, resources = _payloads(config, fields, platform, runtime)
    value = _manifest(config, fields, platform)
    entrypoints = {path for each in value["workers"] for path in each["entrypoint"].values()}
    for path in sorted(entrypoints & contents.keys()):
        _require_platform(config, path, contents[path], platform)
    value["resources"] = sorted({*value["resources"], *resources})
    _add_mcpb(config, fields, platform, value, contents)
    extra = sorted(programs - entrypoints)
    executables = {"executables": extra} if extra else {}
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    manifest = PluginManifest({**value, **executables, "sha256": hashes})
    _require_sound(config, manifest)
    return pack_plugin(manifest, contents, key)


def pack_plugin(
    manifest: PluginManifest, contents: Mapping[str, bytes], key: PrivateKey | None
) -> bytes:
    """Return the archive of a manifest and its files, signed by *key* unless that is None."""
    head = manifest.to_bytes()
    files = [File(plugin.MANIFEST, head)]
    if key is not None:
        files.append(File(plugin.SIGNATURE, signature_text(key, head)))
    programs = manifest.executables
    files += [File(name, contents[name], name in programs) for name in sorted(contents)]
    return write_archive(files)


def signature_text(key: PrivateKey, manifest: bytes) -> bytes:
    """Return the content of plugin.sig."""
    return f"{encoded(key.sign(manifest))}\n".encode("ascii")


def _payloads(
    config: Config, fields: Mapping[str, Any], platform: str, runtime: RuntimeModule
) -> tuple[dict[str, bytes], set[str], set[str]]:
    """Return the contents by path, and which of them are programs and resources."""
    contents: dict[str, bytes] = {}
    programs: set[str] = set()
    resources: set[str] = set()
    for payload in fields["payloads"]:
        if platform not in payload.get("platforms", [platform]):
            continue
        for path, content in contents_of(config, payload["source"], payload["dest"], runtime):
            if path in contents or path in (plugin.MANIFEST, plugin.SIGNATURE):
                raise ConfigInvalid(config.path, (f"duplicate payload path: {path}",))
            contents[path] = content
            programs |= {path} if payload.get("mode") == _PROGRAM else set()
            resources |= {path} if payload.get("resource") else set()
    return contents, programs, resources


def _manifest(config: Config, fields: Mapping[str, Any], platform: str) -> dict[str, Any]:
    """Return plugin.json without the hashes."""
    value = {name: fields[name] for name in _COPIED if name in fields}
    workers = [_worker(config, each, platform) for each in fields.get("workers", [])]
    return {"v": 1, **value, "workers": workers, "resources": list(fields.get("resources", []))}


def _worker(config: Config, worker: Mapping[str, Any], platform: str) -> dict[str, Any]:
    entrypoints = worker["entrypoints"]
    if platform not in entrypoints:
        problem = f"missing entrypoint for worker {worker['id']} platform {platform}"
        raise ConfigInvalid(config.path, (problem,))
    kept = {name: each for name, each in worker.items() if name != "entrypoints"}
    return {**_WORKER_DEFAULTS, **kept, "entrypoint": {platform: entrypoints[platform]}}


def _require_platform(config: Config, path: str, program: bytes, platform: str) -> None:
    found = platform_of(program)
    if found not in (None, platform):
        problem = f"{path}: a program for {found}, the bundle is for {platform}"
        raise ConfigInvalid(config.path, (problem,))


def _add_mcpb(
    config: Config,
    fields: Mapping[str, Any],
    platform: str,
    value: dict[str, Any],
    contents: dict[str, bytes],
) -> None:
    """Add the manifest for MCP hosts, where the bundle can have one."""
    made = mcpb.manifest_of(value, platform, fields.get("author"))
    if made is None:
        return
    if mcpb.MANIFEST in contents:
        raise ConfigInvalid(config.path, (f"duplicate payload path: {mcpb.MANIFEST}",))
    contents[mcpb.MANIFEST] = ascii_json(made)
    value["resources"] = sorted({*value["resources"], mcpb.MANIFEST})


def _require_sound(config: Config, manifest: PluginManifest) -> None:
    try:
        read_plugin(manifest.to_bytes())
    except Refused as refused:
        if refused.rule != "manifest-files":
            raise
        problem = refused.problem.removeprefix(f"{plugin.MANIFEST}: ")
        raise ConfigInvalid(config.path, (problem,)) from refused
