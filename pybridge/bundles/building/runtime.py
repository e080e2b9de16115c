"""Build the bundle of a runtime from its configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pybridge.bundles.archive.writer import File, write_archive
from pybridge.bundles.building.config import Config, ConfigInvalid
from pybridge.bundles.building.sources import RuntimeModule, contents_of
from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.public import encoded
from pybridge.bundles.manifests import runtime
from pybridge.bundles.manifests.canonical import utf8_json
from pybridge.bundles.manifests.runtime import ALGORITHM, read_runtime, signed_bytes


def build_runtime(
    config: Config, key: PrivateKey | None, module: RuntimeModule
) -> dict[str, bytes]:
    """Return the files of a runtime's bundle by path, its manifest first.

    Args:
        config: The configuration.
        key: What signs it; None to leave out the signature.
        module: Finds the modules of runtimes.

    Raises:
        ConfigInvalid: when a source is missing, or two have one path.
        Refused: when the bundle would break a rule.
        DocumentUnreadable: when a source cannot be read.
    """
    contents: dict[str, bytes] = {}
    for asset in config.value["assets"]:
        for path, content in contents_of(config, asset["source"], asset["path"], module):
            if path in contents or path == runtime.MANIFEST:
                raise ConfigInvalid(config.path, (f"duplicate payload path: {path}",))
            contents[path] = content
    value = {
        "name": config.value["name"],
        "version": config.value["version"],
        "assets": [
            {"path": path, "sha256": hashlib.sha256(each).hexdigest(), "size": len(each)}
            for path, each in sorted(contents.items())
        ],
        "commands": sorted(config.value["commands"], key=lambda each: str(each["name"])),
    }
    return files_of(value, contents, key)


def files_of(
    value: Mapping[str, Any], contents: Mapping[str, bytes], key: PrivateKey | None
) -> dict[str, bytes]:
    """Return the files of a bundle with the manifest *value*, signed by *key* unless that is None."""
    unsigned = {name: each for name, each in value.items() if name != "signature"}
    signature = {"signature": _signature(unsigned, key)} if key is not None else {}
    manifest = utf8_json({**unsigned, **signature})
    read_runtime(manifest)
    return {runtime.MANIFEST: manifest, **{name: contents[name] for name in sorted(contents)}}


def pack_runtime(files: Mapping[str, bytes]) -> bytes:
    """Return the archive of a runtime's files."""
    return write_archive([File(name, content) for name, content in files.items()])


def _signature(value: Mapping[str, Any], key: PrivateKey) -> dict[str, str]:
    raw = key.sign(signed_bytes(value))
    return {"keyId": key.public.id, "alg": ALGORITHM, "sigBase64": encoded(raw)}
