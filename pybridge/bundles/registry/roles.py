"""The roles of a registry, who signs them, and how long that holds."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.registry.releases import releases_path
from pybridge.errors import PackageMissing

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner
    from tuf.api.metadata import Metadata, Targets

OFFLINE_DAYS = 365
"""For what the root key and the publishers sign."""
SNAPSHOT_DAYS = 30
TIMESTAMP_DAYS = 7
"""So long can nobody hold back what is newer; within this time the registry must be refreshed."""


@dataclass(frozen=True)
class Publisher:
    """A key that may publish."""

    key: PrivateKey
    pattern: str
    """Ids of its bundles, with `*` for any characters."""


def signer_of(key: PrivateKey) -> CryptoSigner:
    """Return what signs metadata with a key.

    Raises:
        PackageMissing: when a package of the extra `registry` is not installed.
    """
    require_packages()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.signer import CryptoSigner

    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(key.seed))


def expiry(now: datetime, days: int) -> datetime:
    """Return when something ends that is signed at *now*."""
    return (now + timedelta(days=days)).replace(microsecond=0)


def signed_metadata(metadata: Metadata, *keys: PrivateKey) -> bytes:  # type: ignore[type-arg]
    """Return the bytes of metadata with the signatures of *keys*, and no other."""
    metadata.signatures.clear()
    for key in keys:
        metadata.sign(signer_of(key), append=True)
    return metadata.to_bytes()


def delegate(top: Targets, publisher: Publisher) -> None:
    """Let a publisher sign its bundles."""
    from tuf.api.metadata import DelegatedRole

    assert top.delegations is not None
    assert top.delegations.roles is not None
    name = publisher.key.public.id
    paths = [f"plugins/{publisher.pattern}/*/*/*", releases_path(publisher.pattern)]
    top.delegations.roles[name] = DelegatedRole(name, [], 1, terminating=False, paths=paths)
    top.add_key(signer_of(publisher.key).public_key, name)


def require_packages() -> None:
    """Return if tuf and cryptography are installed.

    Raises:
        PackageMissing: when one is not.
    """
    for package in ("tuf", "cryptography"):
        if importlib.util.find_spec(package) is None:
            raise PackageMissing(package, "pip install 'pybridge-runtime[registry]'")
