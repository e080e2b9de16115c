"""Key pairs in files: a folder for each, readable by its user only, outside of any project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.public import BadKey, PublicKey
from pybridge.errors import Conflict, DocumentUnreadable, UsageError
from pybridge.storage.atomic import write_atomically
from pybridge.storage.regular_file import read_regular

PRIVATE = "ed25519.private"
PUBLIC = "ed25519.public"
FIRST = "default"
"""The name of a key that was given none."""

_DEFAULT = "default.txt"
"""Names the key that signs when none is named."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_MOST_BYTES = 1024
_SHARED = (".git", ".hg", ".svn", "pybridge.toml")
"""What is in the folder of a repository or a project."""


class KeyUnreadable(Conflict):
    """A file that does not hold a key."""


@dataclass(frozen=True)
class KeyPair:
    """A key pair of this machine."""

    name: str
    public: PublicKey
    is_default: bool


def require_name(name: str) -> None:
    """Return if a key may have this name.

    Raises:
        UsageError: when it may not.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"invalid name of a key: {name!r}", "use a-z, 0-9, - and _")


def make_pair(folder: Path, name: str) -> PrivateKey:
    """Make a key pair and write it; a key that exists is never replaced.

    Raises:
        UsageError: when the name is invalid.
        Conflict: when there is a key of that name, or the folder is in a repository or a project.
        OutputFailed: when it cannot be written.
    """
    require_name(name)
    _require_outside(folder)
    place = folder / name
    if (place / PRIVATE).exists() or place.is_symlink():
        raise Conflict(f"there is a key named {name!r}", "choose another name")
    key = PrivateKey.new()
    public = key.public.text
    # The public half first: a pair without a private half is not one yet, and is made again.
    write_atomically(place / PUBLIC, f"{public}\n".encode("ascii"), root=folder)
    write_atomically(place / PRIVATE, f"{key.text}\n".encode("ascii"), root=folder, mode=0o600)
    return key


def make_default(folder: Path, name: str) -> None:
    """Let this key sign when none is named.

    Raises:
        OutputFailed: when that cannot be written.
    """
    write_atomically(folder / _DEFAULT, f"{name}\n".encode("ascii"), root=folder)


def pairs(folder: Path) -> list[KeyPair]:
    """Return the key pairs in *folder*, by name."""
    names = sorted(place.parent.name for place in folder.glob(f"*/{PRIVATE}"))
    default = _default_name(folder)
    return [
        KeyPair(name, read_public(folder / name), name == default)
        for name in names
        if _NAME.fullmatch(name)
    ]


def private_key(folder: Path, given: str | None) -> PrivateKey:
    """Return the key to sign with.

    Args:
        folder: The folder of the keys.
        given: The name of a key, a path to its file, or to the folder of one; None for the default one.

    Raises:
        UsageError: when there is no such key.
        KeyUnreadable: when the file is not a key.
    """
    name = given or _default_name(folder)
    if name is None:
        raise UsageError("there is no key to sign with", "make one: pybridge keys new")
    own = folder / name
    path = own if _NAME.fullmatch(name) and own.is_dir() else Path(name)
    path = path / PRIVATE if path.is_dir() else path
    try:
        return PrivateKey.of(_text(path))
    except DocumentUnreadable as error:
        hint = "`pybridge keys list` shows the keys"
        raise UsageError(f"no key {name!r}: {error.what()}", hint) from error
    except BadKey as error:
        raise KeyUnreadable(f"{path}: {error}") from error


def read_public(path: Path) -> PublicKey:
    """Return the public key in a file, or in the folder of a key pair.

    Raises:
        KeyUnreadable: when it is not one.
        DocumentUnreadable: when it cannot be read.
    """
    path = path / PUBLIC if path.is_dir() else path
    try:
        return PublicKey.of(_text(path))
    except BadKey as error:
        raise KeyUnreadable(f"{path}: {error}") from error


def _text(path: Path) -> str:
    """Return the text of a key's file without its line end."""
    try:
        content, _ = read_regular(path, root=None, most=_MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    return content.decode("ascii", "replace").removesuffix("\n").removesuffix("\r")


def _default_name(folder: Path) -> str | None:
    try:
        content, _ = read_regular(folder / _DEFAULT, root=folder, most=_MOST_BYTES)
    except OSError:
        return None
    name = content.decode("ascii", "replace").strip()
    return name if _NAME.fullmatch(name) else None


def _require_outside(folder: Path) -> None:
    for above in (folder, *folder.parents):
        found = next((name for name in _SHARED if (above / name).exists()), None)
        if found:
            problem = f"{folder} is in a repository or a project: {above / found}"
            raise Conflict(problem, "a private key must not be shared; set PYBRIDGE_DATA")
