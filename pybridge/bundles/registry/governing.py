"""What the root key signs: the keys of a registry, and who may publish what.

Each step holds by itself, for clients that come between two of them, and after a run that was killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.public import PublicKey
from pybridge.bundles.registry import roles
from pybridge.bundles.registry.repository import (
    NEXT_ONLINE,
    ONLINE,
    ROOT,
    TIMESTAMP,
    TOP,
    Current,
    Registry,
)
from pybridge.bundles.registry.roles import Publisher, delegate, expiry, signed_metadata, signer_of
from pybridge.errors import Conflict

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Root, Targets

_ONLINE_ROLES = ("snapshot", "timestamp")


def create(registry: Registry, root_key: PrivateKey, publishers: Sequence[Publisher]) -> None:
    """Make a registry whose root is *root_key*, for bundles that *publishers* sign.

    Raises:
        Conflict: when there is one already.
        OutputFailed: when it cannot be written.
    """
    from tuf.api.metadata import Delegations, Metadata, MetaFile, Root, Snapshot, Targets

    if (registry.metadata / TIMESTAMP).exists():
        raise Conflict(f"{registry.folder} is a registry already")
    online = PrivateKey.new()
    until = expiry(registry.now, roles.OFFLINE_DAYS)
    root = Root(expires=until, consistent_snapshot=True)
    for role in ("root", TOP):
        root.add_key(signer_of(root_key).public_key, role)
    for role in _ONLINE_ROLES:
        root.add_key(signer_of(online).public_key, role)
    top = Targets(expires=until, delegations=Delegations({}, {}))
    snapshot = Snapshot(meta={f"{TOP}.json": MetaFile(1)})
    for publisher in publishers:
        delegate(top, publisher)
        snapshot.meta[f"{publisher.key.public.id}.json"] = MetaFile(1)
        _write_empty(registry, publisher)
    registry.write(registry.folder / ONLINE, f"{online.text}\n".encode("ascii"), mode=0o600)
    text = signed_metadata(Metadata(top), root_key)
    registry.write(registry.metadata / f"1.{TOP}.json", text)
    _write_root(registry, signed_metadata(Metadata(root), root_key), 1)
    registry.switch(Metadata(snapshot), None)


def renew(registry: Registry, root_key: PrivateKey, new_root_key: PrivateKey | None = None) -> None:
    """Sign the root again, and who may publish what, so that they hold for another year.

    Args:
        registry: The registry.
        root_key: The present root key.
        new_root_key: The one that takes its place; None to keep it.

    Raises:
        Conflict: when it is not the root key, or not a registry.
        OutputFailed: when it cannot be written.
    """
    with registry.alone():
        root = _root_of(registry, root_key)
        current = registry.current()
        new = new_root_key or root_key
        keys = [root_key] if new == root_key else [root_key, new]
        # Clients that have the former root, and those that have the new one, accept it: both keys signed.
        _hold_top(registry, current, registry.read_top(current), *keys)
        if new != root_key:
            for role in ("root", TOP):
                root.signed.revoke_key(signer_of(root_key).public_key.keyid, role)
                root.signed.add_key(signer_of(new).public_key, role)
        _hold_root(registry, root, *keys)


def replace_online(registry: Registry, root_key: PrivateKey) -> None:
    """Replace the key of the two online roles, after somebody else may have read it.

    Raises:
        Conflict: when it is not the root key, or not a registry.
        OutputFailed: when it cannot be written.
    """
    with registry.alone():
        root = _root_of(registry, root_key)
        current = registry.current()
        before, after = registry.online(), PrivateKey.new()
        _write_key(registry, ONLINE, before)
        _write_key(registry, NEXT_ONLINE, after)
        registry.switch(current.snapshot, current.timestamp, after)
        for role in _ONLINE_ROLES:
            root.signed.revoke_key(signer_of(before).public_key.keyid, role)
            root.signed.add_key(signer_of(after).public_key, role)
        _hold_root(registry, root, root_key)
        _write_key(registry, ONLINE, after)
        registry.refresh_alone()


def add_publisher(registry: Registry, root_key: PrivateKey, publisher: Publisher) -> None:
    """Let a key publish, or change of which bundles.

    Raises:
        Conflict: when it is not the root key, or not a registry.
        OutputFailed: when it cannot be written.
    """
    from tuf.api.metadata import MetaFile

    with registry.alone():
        _root_of(registry, root_key)
        current = registry.current()
        top = registry.read_top(current)
        role = publisher.key.public.id
        delegate(top.signed, publisher)
        if current.version_of(role) is None:
            _write_empty(registry, publisher)
            current.snapshot.signed.meta[f"{role}.json"] = MetaFile(1)
        _hold_top(registry, current, top, root_key)


def remove_publisher(registry: Registry, root_key: PrivateKey, public: PublicKey) -> None:
    """Let a key publish no longer; nobody installs its bundles from this registry any more.

    Raises:
        Conflict: when it is not the root key, or that key may not publish.
        OutputFailed: when it cannot be written.
    """
    with registry.alone():
        _root_of(registry, root_key)
        current = registry.current()
        top = registry.read_top(current)
        delegations = top.signed.delegations
        if not delegations or not delegations.roles or public.id not in delegations.roles:
            raise Conflict(f"{registry.folder} does not accept bundles of the key {public.id}")
        [key_id] = delegations.roles[public.id].keyids
        top.signed.revoke_key(key_id, public.id)
        del delegations.roles[public.id]
        _hold_top(registry, current, top, root_key)


def _root_of(registry: Registry, root_key: PrivateKey) -> Metadata[Root]:
    root = registry.read_root()
    if signer_of(root_key).public_key.keyid not in root.signed.roles["root"].keyids:
        raise Conflict(f"{root_key.public.id} is not the root key of {registry.folder}")
    return root


def _hold_top(registry: Registry, current: Current, top: Metadata[Targets], *keys: PrivateKey) -> None:  # fmt: skip
    from tuf.api.metadata import MetaFile

    top.signed.version += 1
    top.signed.expires = expiry(registry.now, roles.OFFLINE_DAYS)
    text = signed_metadata(top, *keys)
    registry.write(registry.metadata / f"{top.signed.version}.{TOP}.json", text)
    current.snapshot.signed.meta[f"{TOP}.json"] = MetaFile(top.signed.version)
    registry.switch(current.snapshot, current.timestamp)


def _hold_root(registry: Registry, root: Metadata[Root], *keys: PrivateKey) -> None:
    root.signed.version += 1
    root.signed.expires = expiry(registry.now, roles.OFFLINE_DAYS)
    _write_root(registry, signed_metadata(root, *keys), root.signed.version)


def _write_root(registry: Registry, text: bytes, version: int) -> None:
    registry.write(registry.metadata / f"{version}.{ROOT}", text)
    registry.write(registry.metadata / ROOT, text)


def _write_empty(registry: Registry, publisher: Publisher) -> None:
    """Write what a publisher signs that has published nothing."""
    from tuf.api.metadata import Metadata, Targets

    empty = Targets(expires=expiry(registry.now, roles.OFFLINE_DAYS))
    text = signed_metadata(Metadata(empty), publisher.key)
    registry.write(registry.metadata / f"1.{publisher.key.public.id}.json", text)


def _write_key(registry: Registry, name: str, key: PrivateKey) -> None:
    registry.write(registry.folder / name, f"{key.text}\n".encode("ascii"), mode=0o600)
