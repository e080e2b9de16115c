"""The root of a registry, which a user trusts first."""

from __future__ import annotations

from pybridge.bundles.keys.public import PublicKey
from pybridge.bundles.registry.roles import require_packages
from pybridge.errors import Conflict


class RootInvalid(Conflict):
    """A file is not the root of a registry, signed by its own keys."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(f"{source}: not the root of a registry: {problem}", "name its root.json")


def read_root(content: bytes, source: str) -> PublicKey:
    """Return the key of a root that is signed by itself.

    Raises:
        RootInvalid: when it is not one, or has no Ed25519 key.
        PackageMissing: when tuf is not installed.
    """
    require_packages()
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Metadata, Root
    from tuf.api.serialization import DeserializationError

    try:
        found: Metadata[Root] = Metadata.from_bytes(content)
        if not isinstance(found.signed, Root):
            raise RootInvalid(source, "another role")
        found.verify_delegate(Root.type, found)
        key_id = found.signed.roles[Root.type].keyids[0]
        public = found.signed.keys[key_id].keyval["public"]
        return PublicKey(bytes.fromhex(public))
    except (RepositoryError, DeserializationError, ValueError, LookupError) as error:
        raise RootInvalid(
            source, str(error).splitlines()[0] if str(error) else "damaged"
        ) from error
