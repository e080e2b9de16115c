"""Build bundles, and sign those that are built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pybridge.bundles.archive.files import ArchiveFiles, Files
from pybridge.bundles.building.config import Config, of_variant, read_config
from pybridge.bundles.building.plugin import build_plugin, pack_plugin, signature_text
from pybridge.bundles.building.runtime import build_runtime, files_of, pack_runtime
from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.key_files import private_key
from pybridge.bundles.keys.public import PublicKey
from pybridge.bundles.keys.trusted import TrustedKey
from pybridge.bundles.manifests import plugin
from pybridge.bundles.manifests.plugin import PluginManifest, read_plugin
from pybridge.bundles.manifests.runtime import read_runtime
from pybridge.bundles.verification import Described, Manifest, check_files, open_bundle
from pybridge.bundles.versions import this_platform
from pybridge.commands.bundles.keys import keys_folder
from pybridge.commands.bundles.reading import Source, read_source, refusing, report
from pybridge.errors import UsageError
from pybridge.processes import runtimes
from pybridge.storage.atomic import write_atomically

PLUGINS_OUT = Path("dist/plugins")
RUNTIMES_OUT = Path("dist/bundles")
_NO_KEY = TrustedKey(PublicKey(bytes(32)), "none")


def build_bundle(
    path: Path,
    *,
    platform: str | None = None,
    variant: str | None = None,
    key: str | None = None,
    is_signed: bool = True,
    out: Path | None = None,
) -> dict[str, Any]:
    """Build a bundle, write it, and return cli-bundle.v1.

    Args:
        path: The configuration.
        platform: What it is built for; None for this machine.
        variant: A variant of the configuration; None for the configuration itself.
        key: Name or path of the key; None for the default one.
        is_signed: Whether it is signed.
        out: The folder; None for dist/plugins, or dist/bundles for a runtime.

    Raises:
        ConfigInvalid: when the configuration is not valid.
        UsageError: when there is no such key or variant.
        Refused: when the bundle would break a rule.
        OutputFailed: when it cannot be written.
    """
    config = read_config(path)
    signing = private_key(keys_folder(), key) if is_signed else None
    with refusing(path):
        if config.is_runtime:
            if variant or platform:
                raise UsageError("a runtime has no variants and platforms", "leave the option out")
            return _runtime(config, signing, out or RUNTIMES_OUT)
        fields = of_variant(config, variant)
        target = platform or this_platform()
        content = build_plugin(config, fields, target, signing, module_of)
        name = f"{fields['id']}-{fields['version']}-{target}.zip"
        place = out or PLUGINS_OUT
        return _written(
            place / fields["id"] / fields["version"] / target / name, content, signing, place
        )


def sign_bundle(path: Path, key: str | None) -> dict[str, Any]:
    """Sign a bundle again, or for the first time; return cli-bundle.v1. A plugin.json gets a plugin.sig beside it.

    Raises:
        Refused: when it has not the form of a bundle, or its files are not those of its manifest.
        UsageError: when there is no such key.
        OutputFailed: when it cannot be written.
    """
    signing = private_key(keys_folder(), key)
    folder = path.parent if path.name == plugin.MANIFEST else path
    source = read_source(folder)
    with refusing(path):
        manifest = _checked(source.files)
        contents = {name: source.files.read(name) for name in source.files.names()}
        if not folder.is_dir():
            return _written(path, _packed(manifest, contents, signing), signing, path.parent)
        name, text = _signed_file(manifest, contents, signing)
    write_atomically(folder / name, text, root=folder)
    return report(read_source(folder), manifest, signing.public.id)


def module_of(name: str) -> Path:
    """Return the file of the module of a runtime.

    Raises:
        RuntimeAbsent: when this machine does not have it.
        UnknownRuntime: when there is none of that name.
    """
    found = runtimes.find(name).wasm
    if found is None:
        raise runtimes.RuntimeAbsent(name)
    return found.path


def _packed(manifest: Manifest, contents: Mapping[str, bytes], key: PrivateKey) -> bytes:
    if isinstance(manifest, PluginManifest):
        return pack_plugin(manifest, {name: contents[name] for name in manifest.hashes}, key)
    assets = {asset.path: contents[asset.path] for asset in manifest.assets}
    return pack_runtime(files_of(manifest.value, assets, key))


def _signed_file(
    manifest: Manifest, contents: Mapping[str, bytes], key: PrivateKey
) -> tuple[str, bytes]:
    """Return the file of a folder that holds the signature."""
    if isinstance(manifest, PluginManifest):
        return plugin.SIGNATURE, signature_text(key, contents[plugin.MANIFEST])
    return next(iter(files_of(manifest.value, contents, key).items()))


def _runtime(config: Config, key: PrivateKey | None, out: Path) -> dict[str, Any]:
    """Write a runtime as a folder, as registries have it, and as an archive beside it."""
    files = build_runtime(config, key, module_of)
    name, version = config.value["name"], config.value["version"]
    done = _written(out / f"{name}-{version}.zip", pack_runtime(files), key, out)
    for path, content in reversed(files.items()):  # the manifest last
        write_atomically(out / name / version / path, content, root=out)
    return done


def _written(path: Path, content: bytes, key: PrivateKey | None, root: Path) -> dict[str, Any]:
    """Write an archive that its reader accepts, with its hash beside it."""
    files = ArchiveFiles(content)
    manifest = _checked(files)
    digest = hashlib.sha256(content).hexdigest()
    write_atomically(path, content, root=root)
    line = f"{digest}  {path.name}\n".encode("ascii")
    write_atomically(path.with_name(f"{path.name}.sha256"), line, root=root)
    source = Source(path, files, digest, len(content))
    return report(source, manifest, key.public.id if key else None)


def _checked(files: Files) -> Manifest:
    """Return the manifest, whoever signed it, if the files are those that it lists."""
    opened = open_bundle(files)
    content = files.read(opened.manifest_name)
    manifest: Manifest = read_runtime(content) if opened.is_runtime else read_plugin(content)
    check_files(Described(files, content, manifest, _NO_KEY), is_signed=False)
    return manifest
