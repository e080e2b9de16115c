"""Public keys and signatures as text, and the id of a key."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_ID_CHARACTERS = 16


class BadKey(ValueError):
    """The text is not a key or a signature."""


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key."""

    raw: bytes
    """32 bytes."""

    @classmethod
    def of(cls, text: str) -> PublicKey:
        """Read base64 of 32 bytes.

        Raises:
            BadKey: when it is anything else.
        """
        return cls(decoded(text, KEY_BYTES, "public key"))

    @property
    def id(self) -> str:
        """The first 16 hexadecimal digits of the key's SHA-256."""
        return hashlib.sha256(self.raw).hexdigest()[:_ID_CHARACTERS]

    @property
    def text(self) -> str:
        """The key in base64."""
        return encoded(self.raw)


def encoded(raw: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(raw).decode("ascii")


def decoded(text: str, length: int, what: str) -> bytes:
    """Read base64 of *length* bytes, in the one form that encodes them.

    Raises:
        BadKey: when it is anything else.
    """
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise BadKey(f"invalid Ed25519 {what}: not base64") from error
    if len(raw) != length:
        raise BadKey(f"invalid Ed25519 {what} length: {len(raw)} (expected {length})")
    if encoded(raw) != text:
        raise BadKey(f"invalid Ed25519 {what}: not base64 in its one form")
    return raw
