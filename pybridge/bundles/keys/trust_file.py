"""The trust store: one file with every key that the user decided about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pybridge import abi
from pybridge.bundles.keys.public import BadKey, PublicKey
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.errors import Conflict, DocumentUnreadable, JsonUnreadable, UsageError
from pybridge.storage.atomic import write_atomically
from pybridge.storage.lock import locked
from pybridge.storage.regular_file import read_regular

_FILE = "trust.json"
_LOCK = "trust.lock"
_MOST_BYTES = 4 * 1024 * 1024

Change = Callable[[Sequence[TrustedKey]], Sequence[TrustedKey]]


class TrustDamaged(Conflict):
    """The trust store cannot be read. No key is trusted until it can."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}", "restore the file, or remove it and trust keys again"
        )


def read_trust(folder: Path) -> Trust:
    """Return the trusted keys; none where there is no file.

    Raises:
        TrustDamaged: when it cannot be read.
    """
    path = folder / _FILE
    try:
        content, size = read_regular(path, root=folder, most=_MOST_BYTES)
    except FileNotFoundError:
        return Trust()
    except OSError as error:
        raise TrustDamaged(path, DocumentUnreadable.of(path, error).what()) from error
    if size > _MOST_BYTES:
        raise TrustDamaged(path, f"larger than {_MOST_BYTES:,} bytes")
    return Trust(_keys(path, content))


def change_trust(folder: Path, change: Change) -> Trust:
    """Replace the keys by what *change* makes of them; one process at a time.

    Raises:
        TrustDamaged: when the present file cannot be read.
        OutputFailed: when it cannot be written.
    """
    with locked(folder / _LOCK, root=folder, work="changing the trusted keys"):
        keys = change(read_trust(folder).keys)
        value = {"v": 1, "keys": [_to_json(each) for each in keys]}
        text = abi.dump_json(value, indent=2) + "\n"
        write_atomically(folder / _FILE, text.encode("utf-8"), root=folder, mode=0o600)
    return Trust(keys)


def trusting(new: TrustedKey) -> Change:
    """Return the change that trusts a key, in place of what was decided about it.

    Raises (when it is applied):
        Conflict: when the key is revoked, or another key has the name.
    """

    def change(keys: Sequence[TrustedKey]) -> Sequence[TrustedKey]:
        for each in keys:
            if each.key == new.key and each.is_revoked:
                raise Conflict(f"the key {new.key.id} is revoked", "a revoked key stays revoked")
            if each.key != new.key and each.name == new.name:
                problem = f"another key has the name {new.name!r}: {each.key.id}"
                raise Conflict(problem, "choose another one with --name")
        return [*(each for each in keys if each.key != new.key), new]

    return change


def revoking(which: str) -> Change:
    """Return the change that revokes the key of an id or a name.

    Raises (when it is applied):
        UsageError: when there is no such key.
    """

    def change(keys: Sequence[TrustedKey]) -> Sequence[TrustedKey]:
        if not any(which in (each.key.id, each.name) for each in keys):
            raise UsageError(f"no key {which!r}", "`pybridge keys list` shows the keys")
        return [
            replace(each, is_revoked=True) if which in (each.key.id, each.name) else each
            for each in keys
        ]

    return change


def _keys(path: Path, content: bytes) -> list[TrustedKey]:
    try:
        value = abi.parse_json(content.decode("utf-8"), str(path))
    except (UnicodeDecodeError, JsonUnreadable) as error:
        raise TrustDamaged(path, "not JSON") from error
    problems = abi.validate("bundle-trust", value)
    if problems:
        raise TrustDamaged(path, "; ".join(map(str, problems)))
    try:
        return [_from_json(each) for each in value["keys"]]
    except BadKey as error:
        raise TrustDamaged(path, str(error)) from error


def _from_json(value: Any) -> TrustedKey:
    key = PublicKey.of(value["public"])
    return TrustedKey(key, value["name"], tuple(value["bundles"]), value["revoked"])


def _to_json(trusted: TrustedKey) -> dict[str, Any]:
    return {
        "name": trusted.name,
        "public": trusted.key.text,
        "bundles": list(trusted.bundles),
        "revoked": trusted.is_revoked,
    }
