"""Run a registry in a folder, and publish bundles in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.key_files import private_key
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.manifests.plugin import PluginManifest
from pybridge.bundles.registry.releases import ANY_PLATFORM, Release
from pybridge.bundles.registry.repository import (
    METADATA_FOLDER,
    PUBLIC_FOLDER,
    ROOT,
    Registry,
)
from pybridge.bundles.registry.roles import Publisher, require_packages
from pybridge.commands.bundles.installing import Wanted
from pybridge.commands.bundles.keys import keys_folder
from pybridge.commands.bundles.reading import ANY_HOST, read_source, verified
from pybridge.errors import UsageError

_MOST_REASON = 1000


def init_registry(folder: Path, root_key: str, publishers: Sequence[str]) -> dict[str, Any]:
    """Make a registry; return cli-registry.v1.

    Args:
        folder: Where.
        root_key: Name or path of the key that signs its root.
        publishers: Name or path of each key that may publish; with `=PATTERN` bundles of these ids only. Empty for
            the default key.

    Raises:
        UsageError: when there is no such key.
        Conflict: when there is a registry already.
        OutputFailed: when it cannot be written.
    """
    require_packages()
    root = private_key(keys_folder(), root_key)
    allowed = [_publisher(each) for each in publishers] or [Publisher(_key(None), "*")]
    _registry(folder).create(root, allowed)
    return _report(folder, [])


def refresh_registry(folder: Path) -> dict[str, Any]:
    """Sign anew what expires soonest; return cli-registry.v1.

    Raises:
        Conflict: when it is not a registry.
        OutputFailed: when it cannot be written.
    """
    require_packages()
    _registry(folder).refresh()
    return _report(folder, [])


def publish_bundles(files: Sequence[Path], folder: Path, key: str | None) -> dict[str, Any]:
    """Publish bundles that the publisher signed, all of them or none; return cli-registry.v1.

    Args:
        files: The archives.
        folder: The registry.
        key: Name or path of the publisher's key; None for the default one.

    Raises:
        Refused: when a bundle breaks a rule, or the publisher did not sign it.
        Conflict: when a version is published with another content.
        OutputFailed: when it cannot be written; nothing is published.
    """
    require_packages()
    publisher = _key(key)
    releases = [_release(path, publisher) for path in files]
    return _report(folder, _registry(folder).publish(releases, publisher))


def yank_bundle(given: str, reason: str, folder: Path, key: str | None) -> dict[str, Any]:
    """Withdraw a version from a registry; return cli-registry.v1.

    Args:
        given: ID@VERSION.
        reason: Why, which clients show.
        folder: The registry.
        key: Name or path of the publisher's key; None for the default one.

    Raises:
        UsageError: when it is not ID@VERSION, or there is no reason.
        Conflict: when there is no such version of this publisher.
        OutputFailed: when it cannot be written; nothing is changed.
    """
    require_packages()
    wanted = Wanted.of(given)
    if wanted.version is None or not reason.strip() or len(reason) > _MOST_REASON:
        problem = f"name a version, and a reason of at most {_MOST_REASON:,} characters"
        raise UsageError(problem, "such as echo@1.0.0 --reason 'deletes notes'")
    published = _registry(folder).yank(wanted.id, wanted.version, reason, _key(key))
    return _report(folder, published)


def _release(path: Path, publisher: PrivateKey) -> Release:
    source = read_source(path)
    if source.content is None:
        raise UsageError(f"{path} is a folder", "publish the archive")
    own = Trust([TrustedKey(publisher.public, "publisher")])
    manifest = verified(source, own, ANY_HOST).manifest
    platforms = manifest.platforms if isinstance(manifest, PluginManifest) else []
    platform = platforms[0] if len(platforms) == 1 else ANY_PLATFORM
    return Release(manifest.id, manifest.version, platform, source.content)


def _publisher(text: str) -> Publisher:
    name, _, pattern = text.partition("=")
    if "/" in pattern:
        raise UsageError(f"not a pattern of ids: {pattern!r}", "such as acme-*")
    return Publisher(_key(name), pattern or "*")


def _key(name: str | None) -> PrivateKey:
    return private_key(keys_folder(), name)


def _registry(folder: Path) -> Registry:
    return Registry(folder, datetime.now(UTC))


def _report(folder: Path, published: list[str]) -> dict[str, Any]:
    public = folder / PUBLIC_FOLDER
    root = public / METADATA_FOLDER / ROOT
    return {"path": str(public), "root": str(root), "published": published}
