"""Ed25519: the only module that knows the package cryptography."""

from __future__ import annotations

from dataclasses import dataclass

from pybridge.bundles.keys.public import KEY_BYTES, PublicKey, decoded, encoded
from pybridge.errors import PackageMissing


@dataclass(frozen=True)
class PrivateKey:
    """An Ed25519 private key."""

    seed: bytes
    """32 bytes, which are the key; never printed."""

    def __repr__(self) -> str:
        return "PrivateKey(…)"

    @classmethod
    def of(cls, text: str) -> PrivateKey:
        """Read base64 of the 32 bytes.

        Raises:
            BadKey: when it is anything else.
        """
        return cls(decoded(text, KEY_BYTES, "private key"))

    @classmethod
    def new(cls) -> PrivateKey:
        """Return a key that nobody has."""
        import secrets

        return cls(secrets.token_bytes(KEY_BYTES))

    @property
    def text(self) -> str:
        """The key in base64."""
        return encoded(self.seed)

    @property
    def public(self) -> PublicKey:
        """The public half.

        Raises:
            PackageMissing: when cryptography is not installed.
        """
        _require_package()
        from cryptography.hazmat.primitives.asymmetric import ed25519

        key = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of *message*, 64 bytes.

        Raises:
            PackageMissing: when cryptography is not installed.
        """
        _require_package()
        from cryptography.hazmat.primitives.asymmetric import ed25519

        return ed25519.Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def is_signed_by(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Return whether *signature* is that of *message* by *key*.

    Raises:
        PackageMissing: when cryptography is not installed.
    """
    _require_package()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _require_package() -> None:
    from importlib.util import find_spec

    if find_spec("cryptography") is None:
        raise PackageMissing("cryptography", "pip install 'pybridge-runtime[bundles]'")
