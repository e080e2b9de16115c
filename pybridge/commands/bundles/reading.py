"""Read a bundle of this machine: verify it, or only look at it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.bundles.archive import layout
from pybridge.bundles.archive.files import ArchiveFiles, Files
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.manifests.plugin import PluginManifest, read_plugin
from pybridge.bundles.manifests.runtime import MANIFEST, read_runtime
from pybridge.bundles.refusals import Refused
from pybridge.bundles.store.checking import read_folder
from pybridge.bundles.verification import (
    Host,
    Manifest,
    Verified,
    check_signature,
    open_bundle,
    verify,
)
from pybridge.commands.bundles.keys import public_key, trust
from pybridge.errors import DocumentUnreadable
from pybridge.storage.regular_file import read_regular

ANY_HOST = Host(None, None)


@dataclass(frozen=True)
class Source:
    """The bytes of a bundle, read once."""

    path: Path
    files: Files
    sha256: str | None
    """Of the archive; None for a folder."""
    size: int
    """Bytes of the archive, or of all files of a folder."""
    content: bytes | None = None
    """The archive; None for a folder."""


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Add the path to what is refused.

    Raises:
        Refused: what was raised, with the path.
    """
    try:
        yield
    except Refused as refused:
        raise refused.about(str(path)) from None


def read_source(path: Path) -> Source:
    """Read a bundle: an archive, a folder, or the manifest.json in one.

    Raises:
        Refused: when it has not the form of a bundle.
        DocumentUnreadable: when it cannot be read.
    """
    with refusing(path):
        folder = path.parent if path.name == MANIFEST else path
        if folder.is_dir():
            files: Files = read_folder(folder)
            return Source(path, files, None, sum(map(files.size, files.names())))
        content = _content(path)
        digest = hashlib.sha256(content).hexdigest()
        return Source(path, ArchiveFiles(content), digest, len(content), content)


def verified(source: Source, known: Trust, host: Host) -> Verified:
    """Return the bundle if every rule is kept.

    Raises:
        Refused: names the file and the first rule that is broken.
    """
    with refusing(source.path):
        return verify(source.files, known, host)


def verify_bundle(path: Path, key: str | None) -> dict[str, Any]:
    """Verify a bundle for any host; return cli-bundle.v1.

    Args:
        path: The bundle.
        key: The only key that is trusted for this; None for the trusted keys of this user.

    Raises:
        Refused: when a rule is broken.
    """
    known = trust() if key is None else Trust([TrustedKey(public_key(key), "given")])
    source = read_source(path)
    found = verified(source, known, ANY_HOST)
    return report(source, found.manifest, found.signer.key.id)


def inspect_bundle(path: Path) -> dict[str, Any]:
    """Return what a bundle says about itself as cli-bundle.v1; its files are not compared with its manifest.

    Raises:
        Refused: when it has not the form of a bundle.
    """
    source = read_source(path)
    with refusing(path):
        opened = open_bundle(source.files)
        content = source.files.read(opened.manifest_name)
        manifest: Manifest = read_runtime(content) if opened.is_runtime else read_plugin(content)
        try:
            signer = check_signature(opened, trust()).signer.key.id
        except Refused:
            signer = None
    return report(source, manifest, signer)


def report(source: Source, manifest: Manifest, key_id: str | None) -> dict[str, Any]:
    """Return cli-bundle.v1."""
    is_plugin = isinstance(manifest, PluginManifest)
    files = source.files
    return {
        "path": str(source.path),
        "kind": "plugin" if is_plugin else "runtime",
        "id": manifest.id,
        "version": manifest.version,
        "platforms": manifest.platforms if isinstance(manifest, PluginManifest) else [],
        "sha256": source.sha256,
        "size": source.size,
        "keyId": key_id,
        "files": [{"path": name, "size": files.size(name)} for name in files.names()],
    }


def _content(path: Path) -> bytes:
    try:
        content, size = read_regular(path, root=None, most=layout.MOST_BYTES + 1)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if size > layout.MOST_BYTES:
        raise Refused("archive-size", f"larger than {layout.MOST_BYTES:,} bytes")
    return content
