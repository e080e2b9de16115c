"""Publish in a registry: who signs is the publisher, who lets it hold is the registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.public import PublicKey
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.accepting import (
    Change,
    change_between,
    read_targets,
    require_allowed,
    signer_role,
)
from pybridge.bundles.registry.drafts import Draft
from pybridge.bundles.registry.releases import STABLE, Release, archive_path
from pybridge.bundles.registry.repository import Current, Registry
from pybridge.bundles.registry.store import read_whole
from pybridge.errors import Conflict

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Targets


def publish(
    registry: Registry,
    releases: Sequence[Release],
    publisher: PrivateKey,
    channel: str = STABLE,
    platforms: Sequence[str] = (),
) -> list[str]:
    """Add archives, all of them or none; return the paths of those that were not there.

    Args:
        registry: The registry.
        releases: The archives.
        publisher: Who signs.
        channel: Where they appear.
        platforms: Those that each version must have then.

    Raises:
        Conflict: when the registry does not accept this publisher, or a version is there with another content.
        Refused: when the publisher may not publish a bundle of that id, or a version is not complete.
        OutputFailed: when it cannot be written; nothing is published.
    """

    def change(draft: Draft) -> list[str]:
        return _added(draft, releases, channel, platforms)

    paths = [archive_path(each.id, each.version, each.platform) for each in releases]
    return _changed(registry, publisher, paths, change)


def would_publish(
    registry: Registry,
    releases: Sequence[Release],
    publisher: PrivateKey,
    channel: str = STABLE,
    platforms: Sequence[str] = (),
) -> list[str]:
    """Return what `publish` would, and write nothing.

    Raises:
        Conflict: as `publish`.
        Refused: as `publish`.
    """
    current = registry.current()
    draft = _draft(registry, current, publisher.public.id)
    added = _added(draft, releases, channel, platforms)
    require_allowed(publisher.public.id, registry.read_top(current), draft.contents)
    return added


def yank(
    registry: Registry, bundle: str, version: str, reason: str, publisher: PrivateKey
) -> list[str]:
    """Withdraw a version: clients refuse it, and say the reason; return the paths of what says so.

    Raises:
        Conflict: when there is no such version of this publisher.
        Refused: when the publisher may not publish a bundle of that id.
        OutputFailed: when it cannot be written; nothing is changed.
    """
    return _changed(registry, publisher, [], lambda draft: draft.yank(bundle, version, reason))


def accept(registry: Registry, text: bytes, require: Callable[[Change], None]) -> Change:
    """Let what a publisher signed hold from now on; its files are in the store already.

    Args:
        registry: The registry.
        text: The targets of a publisher.
        require: Called with what changes before it holds; what it raises ends the work.

    Raises:
        Outdated: when the publisher signed something else meanwhile.
        Refused: when it changes more than it may.
        OutputFailed: when it cannot be written; nothing is changed.
    """
    targets = read_targets(text)
    with registry.alone():
        current = registry.current()
        role = signer_role(targets, registry.read_top(current))
        change = _change(registry, current, role, targets)
        require(change)
        _hold(registry, current, role, targets.signed.version, text)
    return change


def _added(
    draft: Draft, releases: Sequence[Release], channel: str, platforms: Sequence[str]
) -> list[str]:
    added = [path for each in releases if (path := draft.add(each, channel))]
    for each in releases:
        found = draft.releases(each.id, channel).versions[each.version]
        missing = sorted(set(platforms) - found.keys())
        if missing:
            problem = f"{each.id}@{each.version}: {', '.join(missing)} is missing"
            raise Refused("registry-platforms", problem, "publish all platforms at once")
    return added


def publishers(registry: Registry) -> Trust:
    """Return the keys that may publish; of which bundles, `require_publisher` knows.

    Raises:
        Conflict: when it is not a registry.
    """
    delegations = registry.read_top(registry.current()).signed.delegations
    keys = delegations.keys.values() if delegations else ()
    publics = [PublicKey(bytes.fromhex(each.keyval["public"])) for each in keys]
    return Trust([TrustedKey(each, each.id) for each in publics])


def require_publisher(registry: Registry, key_id: str, path: str) -> None:
    """Return if a key may publish a file of this path.

    Raises:
        Refused: when it may not.
    """
    require_allowed(key_id, registry.read_top(registry.current()), [path])


def _changed(
    registry: Registry,
    publisher: PrivateKey,
    paths: Sequence[str],
    change: Callable[[Draft], list[str]],
) -> list[str]:
    """Let *change* add files at *paths* to what a publisher signs, then switch; return what it returns."""
    role = publisher.public.id
    with registry.alone():
        current = registry.current()
        draft = _draft(registry, current, role)
        require_allowed(role, registry.read_top(current), paths)
        changed = change(draft)
        if not changed:
            return []
        require_allowed(role, registry.read_top(current), draft.contents)
        for name, content in draft.stored().items():
            registry.store.create(name, content)
        text = draft.signed(publisher, registry.now)
        _change(registry, current, role, read_targets(text))
        _hold(registry, current, role, draft.targets.signed.version, text)
    return changed


def _draft(registry: Registry, current: Current, role: str) -> Draft:
    version = current.version_of(role)
    if version is None:
        hint = "`pybridge registry publisher add` lets a key publish"
        raise Conflict(f"{registry.folder} does not accept bundles of the key {role}", hint)
    return Draft(
        registry.read_targets(role, version), lambda name: read_whole(registry.store, name)
    )


def _change(registry: Registry, current: Current, role: str, targets: Metadata[Targets]) -> Change:
    require_allowed(role, registry.read_top(current), targets.signed.targets)
    before = _draft(registry, current, role)
    return change_between(role, before.targets, targets, before.read, registry.now)


def _hold(registry: Registry, current: Current, role: str, version: int, text: bytes) -> None:
    """Let the targets of a publisher hold."""
    from tuf.api.metadata import MetaFile

    registry.write(registry.metadata / f"{version}.{role}.json", text)
    current.snapshot.signed.meta[f"{role}.json"] = MetaFile(version)
    registry.switch(current.snapshot, current.timestamp)
