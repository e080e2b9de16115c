"""manifest.json of a runtime: its files, its commands, and the signature inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge import abi
from pybridge.bundles.archive.names import require_names
from pybridge.bundles.keys.public import SIGNATURE_BYTES, BadKey, decoded
from pybridge.bundles.manifests.canonical import read_json, utf8_json
from pybridge.bundles.refusals import Refused

MANIFEST = "manifest.json"
ALGORITHM = "ed25519"
_TEXTS = ("name", "version")


@dataclass(frozen=True)
class Asset:
    """A file of a runtime."""

    path: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True)
class RuntimeManifest:
    """A bundle-runtime.v1 that is valid."""

    value: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Which bundle it is."""
        return str(self.value["name"])

    @property
    def version(self) -> str:
        """Its semantic version."""
        return str(self.value["version"])

    @property
    def assets(self) -> Sequence[Asset]:
        """Its files, by path."""
        return sorted((Asset(**each) for each in self.value["assets"]), key=lambda each: each.path)

    @property
    def modules(self) -> Mapping[str, str]:
        """The file of each command, by the command's name."""
        return {each["name"]: each["modulePath"] for each in self.value["commands"]}


def signed_bytes(value: Mapping[str, Any]) -> bytes:
    """Return what the signature of a manifest is about."""
    return utf8_json(
        {
            "name": value["name"],
            "version": value["version"],
            "assets": sorted(value["assets"], key=lambda each: str(each["path"])),
            "commands": sorted(value["commands"], key=lambda each: str(each["name"])),
        }
    )


def read_runtime(content: bytes) -> RuntimeManifest:
    """Return the manifest in *content*; its signature is not checked yet.

    A member that the signature is not about is refused.

    Raises:
        Refused: when it is not a valid bundle-runtime.v1.
    """
    value = read_json(content, MANIFEST)
    _require_texts(value)
    problems = abi.validate("bundle-runtime", value)
    if problems:
        raise Refused("manifest-schema", f"BundleManifest: {'; '.join(map(str, problems))}")
    manifest = RuntimeManifest(value)
    paths = [asset["path"] for asset in value["assets"]]
    require_names([MANIFEST, *paths])
    for module in manifest.modules.values():
        if module not in paths:
            raise Refused("manifest-files", f"BundleManifest: no asset {module}")
    if len(manifest.modules) != len(value["commands"]):
        raise Refused("manifest-files", "BundleManifest: two commands with one name")
    return manifest


def signature_of(manifest: RuntimeManifest) -> tuple[str, bytes]:
    """Return the id of the key and the signature.

    Raises:
        Refused: when there is none, or it has another form.
    """
    signature = manifest.value.get("signature")
    if signature is None:
        raise Refused("signature-missing", "manifest signature required")
    if signature["alg"] != ALGORITHM:
        raise Refused("signature-form", "unsupported signature algorithm")
    try:
        raw = decoded(signature["sigBase64"], SIGNATURE_BYTES, "signature")
    except BadKey as error:
        raise Refused("signature-form", str(error)) from error
    return str(signature["keyId"]), raw


def _require_texts(value: Any) -> None:
    if not isinstance(value, dict):
        raise Refused("manifest-schema", "BundleManifest: not an object")
    for name in _TEXTS:
        if not isinstance(value.get(name), str) or not value[name]:
            problem = f"BundleManifest: '{name}' must be a non-empty string"
            raise Refused("manifest-schema", problem)
