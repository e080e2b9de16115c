"""Keys that sign bundles, and those that are trusted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pybridge.bundles.keys import key_files
from pybridge.bundles.keys.key_files import FIRST, KeyPair, make_default, make_pair, read_public
from pybridge.bundles.keys.public import BadKey, PublicKey
from pybridge.bundles.keys.trust_file import change_trust, read_trust, revoking, trusting
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.caches import data_folder
from pybridge.commands.bundles.roots import forget_root, is_root_file, listed_roots, trust_root
from pybridge.errors import Conflict, UsageError

_NAMED_AFTER_ID = "key-{id}"


def keys_folder() -> Path:
    """Return the folder of the key pairs of this user.

    Raises:
        DataUnsafe: when other users could have put something there.
    """
    return data_folder("keys")


def trust_folder() -> Path:
    """Return the folder of the trust store.

    Raises:
        DataUnsafe: when other users could have put something there.
    """
    return data_folder("trust")


def trust() -> Trust:
    """Return the keys that this user trusts.

    Raises:
        TrustDamaged: when the trust store cannot be read.
    """
    return read_trust(trust_folder())


def new_key(name: str | None) -> dict[str, Any]:
    """Make a key pair, trust it, and let it be the default one.

    Raises:
        Conflict: when the name is taken, or the folder of the keys is in a repository or a project.
        PackageMissing: when cryptography is not installed.
    """
    folder, chosen = keys_folder(), name or FIRST
    key_files.require_name(chosen)
    if any(chosen == each.name for each in trust().keys):
        raise Conflict(f"a trusted key has the name {chosen!r}", "choose another name")
    public = make_pair(folder, chosen).public
    change_trust(trust_folder(), trusting(TrustedKey(public, chosen)))
    make_default(folder, chosen)
    return _one(public)


def trust_key(given: str, name: str | None, bundles: Sequence[str]) -> dict[str, Any]:
    """Trust a public key, or the root of a registry.

    Args:
        given: The key in base64, or a path to its file, or to a root.json.
        name: Its name on this machine; None for one made of its id.
        bundles: Ids of the bundles that it may sign, with `*` for any characters; empty for all.

    Raises:
        UsageError: when it is not a key.
        Conflict: when it is revoked, or another key has the name.
    """
    if is_root_file(given):
        if name or bundles:
            raise UsageError("a root has no name and no bundles", "leave the options out")
        return trust_root(Path(given))
    public = public_key(given)
    chosen = name or _name_of(public)
    key_files.require_name(chosen)
    change_trust(trust_folder(), trusting(TrustedKey(public, chosen, tuple(bundles))))
    return _one(public)


def revoke_key(which: str) -> dict[str, Any]:
    """Stop trusting a key, for good.

    Args:
        which: Its id or name.

    Raises:
        UsageError: when there is no such key.
    """
    root = forget_root(which)
    if root is not None:
        return root
    known = change_trust(trust_folder(), revoking(which))
    found = next(each for each in known.keys if which in (each.key.id, each.name))
    return _one(found.key)


def shown_key(which: str | None) -> dict[str, Any]:
    """Return a key by its id or name; None for the default one.

    Raises:
        UsageError: when there is no such key.
    """
    for each in listed_keys():
        if which in (each["id"], each["name"]) or (which is None and each["default"]):
            return each
    if which is None:
        raise UsageError("there is no default key", "make one: pybridge keys new")
    raise UsageError(f"no key {which!r}", "`pybridge keys list` shows the keys")


def listed_keys() -> list[dict[str, Any]]:
    """Return all keys that are trusted, revoked, or on this machine, as cli-keys.v1."""
    own = {each.public: each for each in key_files.pairs(keys_folder())}
    decided = {each.key: each for each in trust().keys}
    found = [_to_json(key, own.get(key), decided.get(key)) for key in {**own, **decided}]
    return sorted([*found, *listed_roots()], key=lambda each: (str(each["name"]), str(each["id"])))


def public_key(given: str) -> PublicKey:
    """Return the public key in a file, of a key pair of this machine, or in base64.

    Raises:
        UsageError: when it is none of them.
    """
    pair = next((each for each in key_files.pairs(keys_folder()) if each.name == given), None)
    if pair:
        return pair.public
    if Path(given).exists():
        return read_public(Path(given))
    try:
        return PublicKey.of(given)
    except BadKey as error:
        hint = "give the path of a public key, its base64, or the name of a key of this machine"
        raise UsageError(f"neither a file nor a key: {given!r}: {error}", hint) from error


def _name_of(public: PublicKey) -> str:
    known = next((each.name for each in trust().keys if each.key == public), None)
    return known or _NAMED_AFTER_ID.format(id=public.id)


def _one(public: PublicKey) -> dict[str, Any]:
    return next(each for each in listed_keys() if each["id"] == public.id)


def _to_json(key: PublicKey, own: KeyPair | None, decided: TrustedKey | None) -> dict[str, Any]:
    status = "unknown" if decided is None else "revoked" if decided.is_revoked else "trusted"
    return {
        "id": key.id,
        "name": own.name if own else decided.name if decided else "",
        "public": key.text,
        "status": status,
        "bundles": list(decided.bundles) if decided else [],
        "private": own is not None,
        "default": own is not None and own.is_default,
    }
