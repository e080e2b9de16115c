"""Verify a bundle, step by step, from its bytes alone: no file is read, no clock, no network.

Each step takes what the one before it returned, so none can be left out: opened, signed, described, verified. What
was not verified has another type than what was. The first rule that is broken ends it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pybridge.bundles.archive.files import Files
from pybridge.bundles.keys.ed25519 import is_signed_by
from pybridge.bundles.keys.public import SIGNATURE_BYTES, BadKey, decoded
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.manifests import plugin, runtime
from pybridge.bundles.manifests.plugin import PluginManifest, read_plugin
from pybridge.bundles.manifests.runtime import RuntimeManifest, read_runtime, signed_bytes
from pybridge.bundles.refusals import Refused
from pybridge.bundles.versions import version_key

Manifest = PluginManifest | RuntimeManifest

_SMALLEST_MODULE = 50_000
"""Bytes; a Python is larger."""
_MODULE_MAGIC = b"\0asm"


@dataclass(frozen=True)
class Host:
    """What a bundle is verified for."""

    version: str | None
    """Of the host; None to accept a bundle for any, as one that is not installed here."""
    platform: str | None
    """Such as `linux_x86_64`; None to accept a bundle for any."""


@dataclass(frozen=True)
class Opened:
    """A bundle whose files have names and sizes that are allowed."""

    files: Files
    manifest_name: str

    @property
    def is_runtime(self) -> bool:
        """Whether its manifest is that of a runtime."""
        return self.manifest_name == runtime.MANIFEST


@dataclass(frozen=True)
class Signed:
    """A bundle whose manifest was signed by a trusted key."""

    files: Files
    manifest_bytes: bytes
    manifest_name: str
    signer: TrustedKey


@dataclass(frozen=True)
class Described:
    """A signed bundle whose manifest is valid, and meant for this host."""

    files: Files
    manifest_bytes: bytes
    manifest: Manifest
    signer: TrustedKey


@dataclass(frozen=True)
class Verified:
    """A bundle that may be used."""

    files: Files
    manifest_bytes: bytes
    manifest: Manifest
    signer: TrustedKey
    sizes: Mapping[str, int]
    """Bytes of each file that is installed, by name."""

    @property
    def digest(self) -> str:
        """SHA-256 of what was signed: equal for equal contents."""
        if isinstance(self.manifest, RuntimeManifest):
            return hashlib.sha256(signed_bytes(self.manifest.value)).hexdigest()
        return hashlib.sha256(self.manifest_bytes).hexdigest()


def verify(files: Files, trust: Trust, host: Host) -> Verified:
    """Return the bundle in *files* if every rule is kept.

    Raises:
        Refused: names the first rule that is broken.
        PackageMissing: when cryptography is not installed.
    """
    return check_files(check_manifest(check_signature(open_bundle(files), trust), host))


def open_bundle(files: Files) -> Opened:
    """Return the bundle of which these are the files.

    Raises:
        Refused: when they have no manifest.
    """
    names = files.names()
    for name in (plugin.MANIFEST, runtime.MANIFEST):
        if name in names:
            return Opened(files, name)
    raise Refused("manifest-missing", f"neither {plugin.MANIFEST} nor {runtime.MANIFEST} is in it")


def check_signature(opened: Opened, trust: Trust) -> Signed:
    """Return the bundle if a trusted key signed its manifest.

    Raises:
        Refused: when none did.
    """
    content = opened.files.read(opened.manifest_name)
    signer = _runtime_signer(content, trust) if opened.is_runtime else _signer(opened, trust)
    return Signed(opened.files, content, opened.manifest_name, signer)


def _signer(opened: Opened, trust: Trust) -> TrustedKey:
    content = opened.files.read(plugin.MANIFEST)
    signature = read_signature(opened.files)
    return trust.signer(lambda key: is_signed_by(key, signature, content))


def read_signature(files: Files) -> bytes:
    """Return the signature in plugin.sig.

    Raises:
        Refused: when it is missing, or has another form.
    """
    if plugin.SIGNATURE not in files.names():
        raise Refused("signature-missing", f"{plugin.SIGNATURE} is missing")
    if files.size(plugin.SIGNATURE) > 2 * SIGNATURE_BYTES:
        raise Refused("signature-form", f"{plugin.SIGNATURE}: too large")
    text = files.read(plugin.SIGNATURE).decode("ascii", "replace")
    if not text.endswith("\n"):
        raise Refused("signature-form", f"{plugin.SIGNATURE}: no line end")
    try:
        return decoded(text[:-1], SIGNATURE_BYTES, "signature")
    except BadKey as error:
        raise Refused("signature-form", f"{plugin.SIGNATURE}: {error}") from error


def _runtime_signer(content: bytes, trust: Trust) -> TrustedKey:
    manifest = read_runtime(content)
    key_id, signature = runtime.signature_of(manifest)
    signer = trust.named(key_id)
    if not is_signed_by(signer.key, signature, signed_bytes(manifest.value)):
        raise Refused("signature-wrong", "invalid manifest signature")
    return signer


def check_manifest(signed: Signed, host: Host) -> Described:
    """Return the bundle if its manifest is valid, its key may sign it, and this host can use it.

    Raises:
        Refused: when that is not so.
    """
    manifest: Manifest
    if signed.manifest_name == runtime.MANIFEST:
        manifest = read_runtime(signed.manifest_bytes)
    else:
        manifest = read_plugin(signed.manifest_bytes)
        _require_host(manifest, host)
    if not signed.signer.may_sign(manifest.id):
        problem = f"the key {signed.signer.key.id} is not trusted for {manifest.id}"
        raise Refused("key-bundle", problem)
    return Described(signed.files, signed.manifest_bytes, manifest, signed.signer)


def _require_host(manifest: PluginManifest, host: Host) -> None:
    if manifest.workers and not manifest.platforms:
        raise Refused("platform", "no platform has a program for every worker")
    if host.platform and manifest.workers and host.platform not in manifest.platforms:
        problem = f"for {', '.join(manifest.platforms)}, this is {host.platform}"
        raise Refused("platform", problem)
    oldest = manifest.min_host_version
    if oldest and host.version and version_key(oldest) > version_key(host.version):
        raise Refused("host-version", f"needs version {oldest} of the host, this is {host.version}")


def check_files(described: Described, *, is_signed: bool = True) -> Verified:
    """Return the bundle if its files are those of its manifest, each unchanged.

    Args:
        described: The bundle.
        is_signed: Whether plugin.sig must be there; it need not before a bundle is signed.

    Raises:
        Refused: when one is missing, changed, or not listed.
    """
    manifest = described.manifest
    if isinstance(manifest, PluginManifest):
        has_signature = is_signed or plugin.SIGNATURE in described.files.names()
        heads = [plugin.MANIFEST, *([plugin.SIGNATURE] if has_signature else [])]
        hashes, sizes = manifest.hashes, {}
    else:
        heads = [runtime.MANIFEST]
        hashes = {asset.path: asset.sha256 for asset in manifest.assets}
        sizes = {asset.path: asset.size for asset in manifest.assets}
    _require_listed(described.files, [*heads, *sorted(hashes)])
    for name, expected in sorted(hashes.items()):
        _require_content(described.files, name, expected, sizes.get(name))
    if isinstance(manifest, RuntimeManifest):
        _require_modules(described.files, manifest)
    found = {name: described.files.size(name) for name in described.files.names()}
    return Verified(described.files, described.manifest_bytes, manifest, described.signer, found)


def _require_listed(files: Files, expected: list[str]) -> None:
    names = files.names()
    listed, present = set(expected), set(names)
    for name in names:
        if name not in listed:
            raise Refused("file-unlisted", f"the manifest does not list {name}")
    for name in expected:
        if name not in present:
            raise Refused("file-missing", f"{name} is missing")
    if names != expected:
        raise Refused("member-order", "the files are not sorted, the manifest first")


def _require_content(files: Files, name: str, sha256: str, size: int | None) -> None:
    if size is not None and files.size(name) != size:
        problem = f"{name} has {files.size(name):,} bytes, the manifest says {size:,}"
        raise Refused("file-size", problem)
    if hashlib.sha256(files.read(name)).hexdigest() != sha256:
        raise Refused("file-hash", f"sha256 mismatch: {name}")


def _require_modules(files: Files, manifest: RuntimeManifest) -> None:
    for path in sorted(set(manifest.modules.values())):
        content = files.read(path)
        if len(content) <= _SMALLEST_MODULE or not content.startswith(_MODULE_MAGIC):
            raise Refused("runtime-module", f"{path} is not the WebAssembly module of a runtime")
