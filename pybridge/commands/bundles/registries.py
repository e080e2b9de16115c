"""Make and keep a registry in a folder: its keys, its publishers, and what is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.key_files import private_key
from pybridge.bundles.registry import governing, publications
from pybridge.bundles.registry.remote import RemoteRegistry
from pybridge.bundles.registry.repository import METADATA_FOLDER, PUBLIC_FOLDER, ROOT, Registry
from pybridge.bundles.registry.roles import Publisher, require_packages
from pybridge.bundles.registry.server import Server
from pybridge.commands.bundles.installing import Wanted
from pybridge.commands.bundles.keys import keys_folder, public_key
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
    root = signing_key(root_key)
    allowed = [_publisher(each) for each in publishers] or [Publisher(signing_key(None), "*")]
    governing.create(registry_in(folder), root, allowed)
    return report(folder, [])


def refresh_registry(folder: Path) -> dict[str, Any]:
    """Sign anew what expires soonest; return cli-registry.v1.

    Raises:
        Conflict: when it is not a registry.
        OutputFailed: when it cannot be written.
    """
    require_packages()
    registry_in(folder).refresh()
    return report(folder, [])


def renew_registry(
    folder: Path, root_key: str, new_root_key: str | None, *, replaces_online: bool
) -> dict[str, Any]:
    """Sign the root again, for another year; return cli-registry.v1.

    Args:
        folder: The registry.
        root_key: Name or path of the present root key.
        new_root_key: Name or path of the one that takes its place; None to keep it.
        replaces_online: Whether the key in the folder is replaced, too.

    Raises:
        UsageError: when there is no such key.
        Conflict: when it is not the root key, or not a registry.
        OutputFailed: when it cannot be written.
    """
    require_packages()
    root = signing_key(root_key)
    new = signing_key(new_root_key) if new_root_key else None
    registry = registry_in(folder)
    governing.renew(registry, root, new)
    if replaces_online:
        governing.replace_online(registry, new or root)
    return report(folder, [])


def add_publisher(folder: Path, root_key: str, publisher: str) -> dict[str, Any]:
    """Let a key publish, or change of which bundles; return cli-registry.v1.

    Args:
        folder: The registry.
        root_key: Name or path of the root key.
        publisher: Name or path of the key; with `=PATTERN` bundles of these ids only.

    Raises:
        UsageError: when there is no such key.
        Conflict: when it is not the root key, or not a registry.
        OutputFailed: when it cannot be written.
    """
    require_packages()
    root = signing_key(root_key)
    governing.add_publisher(registry_in(folder), root, _publisher(publisher))
    return report(folder, [])


def remove_publisher(folder: Path, root_key: str, publisher: str) -> dict[str, Any]:
    """Let a key publish no longer; return cli-registry.v1.

    Args:
        folder: The registry.
        root_key: Name or path of the root key.
        publisher: Name, path or text of the public key.

    Raises:
        UsageError: when there is no such key.
        Conflict: when it is not the root key, or that key may not publish.
        OutputFailed: when it cannot be written.
    """
    require_packages()
    root = signing_key(root_key)
    governing.remove_publisher(registry_in(folder), root, public_key(publisher))
    return report(folder, [])


def yank_bundle(given: str, reason: str, place: str, key: str | None, token: str | None) -> dict[str, Any]:  # fmt: skip
    """Withdraw a version from a registry; return cli-registry.v1.

    Args:
        given: ID@VERSION.
        reason: Why, which clients show.
        place: The folder of the registry, or the address of its server.
        key: Name or path of the publisher's key; None for the default one.
        token: For the server.

    Raises:
        UsageError: when it is not ID@VERSION, or there is no reason.
        Conflict: when there is no such version of this publisher.
        RegistryRefused: when the server refuses.
        OutputFailed: when it cannot be written; nothing is changed.
    """
    require_packages()
    wanted = Wanted.of(given)
    if wanted.version is None or not reason.strip() or len(reason) > _MOST_REASON:
        problem = f"name a version, and a reason of at most {_MOST_REASON:,} characters"
        raise UsageError(problem, "such as echo@1.0.0 --reason 'deletes notes'")
    publisher = signing_key(key)
    if is_address(place):
        remote = RemoteRegistry(Server.of(place, token), publisher, datetime.now(UTC))
        done = remote.yank(wanted.id, wanted.version, reason)
        root = f"{remote.server.url}/{METADATA_FOLDER}/{ROOT}"
        return {"path": remote.server.url, "root": root, "published": done.published}
    folder = Path(place)
    paths = publications.yank(registry_in(folder), wanted.id, wanted.version, reason, publisher)
    return report(folder, paths)


def is_address(place: str) -> bool:
    """Return whether a registry is named by the address of its server, not by its folder."""
    return "://" in place


def signing_key(name: str | None) -> PrivateKey:
    """Return a key of this machine.

    Raises:
        UsageError: when there is no such key.
    """
    return private_key(keys_folder(), name)


def registry_in(folder: Path) -> Registry:
    """Return the registry in a folder, now."""
    return Registry(folder, datetime.now(UTC))


def report(folder: Path, published: list[str]) -> dict[str, Any]:
    """Return cli-registry.v1."""
    public = folder / PUBLIC_FOLDER
    root = public / METADATA_FOLDER / ROOT
    return {"path": str(public), "root": str(root), "published": published}


def _publisher(text: str) -> Publisher:
    name, _, pattern = text.partition("=")
    if "/" in pattern:
        raise UsageError(f"not a pattern of ids: {pattern!r}", "such as acme-*")
    return Publisher(signing_key(name), pattern or "*")
