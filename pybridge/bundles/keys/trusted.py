"""Which keys are trusted, and for which bundles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pybridge.bundles.keys.public import PublicKey
from pybridge.bundles.refusals import Refused

_HINT = "`pybridge keys list` shows the trusted keys; `pybridge keys trust` adds one"


@dataclass(frozen=True)
class TrustedKey:
    """A key that somebody decided about."""

    key: PublicKey
    name: str
    bundles: tuple[str, ...] = ()
    """Ids of the bundles that it may sign, with `*` for any characters; empty for all."""
    is_revoked: bool = False

    def may_sign(self, bundle: str) -> bool:
        """Return whether the key is trusted for a bundle."""
        return not self.bundles or any(fnmatchcase(bundle, each) for each in self.bundles)


@dataclass(frozen=True)
class Trust:
    """All keys that somebody decided about."""

    keys: Sequence[TrustedKey] = ()

    def signer(self, is_signer: Callable[[PublicKey], bool]) -> TrustedKey:
        """Return the trusted key that signed, where the signature does not say which.

        Raises:
            Refused: when none did, or a revoked one.
        """
        for each in self.keys:
            if is_signer(each.key):
                return _unless_revoked(each)
        if not self.keys:
            raise Refused("signature-key", "no key is trusted", _HINT)
        raise Refused("signature-key", "not signed by a trusted key, or changed since", _HINT)

    def named(self, key_id: str) -> TrustedKey:
        """Return the trusted key of an id or a name.

        Raises:
            Refused: when there is none, or it is revoked.
        """
        for each in self.keys:
            if key_id in (each.key.id, each.name):
                return _unless_revoked(each)
        raise Refused("signature-key", f"unknown signature keyId: {key_id}", _HINT)

    def is_revoked(self, key_id: str) -> bool:
        """Return whether the key of this id is revoked."""
        return any(each.is_revoked for each in self.keys if each.key.id == key_id)


def _unless_revoked(key: TrustedKey) -> TrustedKey:
    if key.is_revoked:
        raise Refused("signature-key", f"signed by the revoked key {key.key.id} ({key.name})")
    return key
