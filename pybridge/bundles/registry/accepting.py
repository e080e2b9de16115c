"""What a publisher may change: it adds bundles of its own, and withdraws them. It changes and removes none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry import roles
from pybridge.bundles.registry.releases import Place, Releases, place_of, read_releases
from pybridge.errors import Conflict

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, TargetFile, Targets

MOST_BYTES = 5_000_000
"""Of the metadata of one publisher: clients of TUF read no more."""
_SLACK_DAYS = 2
"""Clocks of publishers and registries differ."""


class Outdated(Conflict):
    """Another publication of the same key came between."""

    def __init__(self, role: str) -> None:
        super().__init__(f"the key {role} has published something else meanwhile", "try again")


@dataclass(frozen=True)
class Change:
    """What a publication changes."""

    role: str
    """Id of the publisher's key."""
    archives: dict[str, TargetFile]
    """New archives by path."""
    appeared: list[tuple[str, Releases]]
    """Version and the releases that name it since."""
    yanked: list[tuple[str, Releases]]
    """Version and the releases in which it is withdrawn since."""

    @property
    def is_nothing(self) -> bool:
        """Whether it only holds for longer."""
        return not (self.archives or self.appeared or self.yanked)


def read_targets(text: bytes) -> Metadata[Targets]:
    """Return the targets of a publisher; their signature is not verified yet.

    Raises:
        Refused: when it is something else.
    """
    from tuf.api.metadata import Metadata, Targets
    from tuf.api.serialization import DeserializationError

    if len(text) > MOST_BYTES:
        raise Refused("registry-content", f"targets of more than {MOST_BYTES:,} bytes")
    try:
        found: Metadata[Targets] = Metadata.from_bytes(text)
    except (DeserializationError, ValueError, RecursionError) as error:
        raise Refused("registry-content", "not the targets of a publisher") from error
    signed = found.signed
    is_plain = len(found.signatures) == 1 and not found.unrecognized_fields
    if (
        not isinstance(signed, Targets)
        or signed.delegations
        or signed.unrecognized_fields
        or not is_plain
    ):
        raise Refused("registry-content", "not the targets of a publisher")
    return found


def signer_role(targets: Metadata[Targets], top: Metadata[Targets]) -> str:
    """Return the publisher that signed.

    Raises:
        Refused: when none of the registry's did, or not all of it.
    """
    from tuf.api.exceptions import UnsignedMetadataError

    delegations = top.signed.delegations
    for role in (delegations.roles if delegations else None) or {}:
        try:
            top.signed.verify_delegate(role, targets.signed_bytes, targets.signatures)
        except UnsignedMetadataError:
            continue
        return role
    raise Refused("registry-signature", "signed by no publisher of this registry")


def require_allowed(role: str, top: Metadata[Targets], paths: Iterable[str]) -> None:
    """Return if a publisher may publish files of these paths.

    Raises:
        Refused: when it may not.
    """
    delegations = top.signed.delegations
    delegated = delegations.roles.get(role) if delegations and delegations.roles else None
    for path in paths:
        if delegated is None or not delegated.is_delegated_path(path):
            raise Refused("key-bundle", f"the key {role} may not publish {path}")


def change_between(
    role: str,
    before: Metadata[Targets],
    after: Metadata[Targets],
    read: Callable[[str], bytes],
    now: datetime,
) -> Change:
    """Return what *after* adds to *before*.

    Args:
        role: Id of the publisher's key, which signed both.
        before: What holds now.
        after: What shall hold.
        read: Returns a file of the registry by its stored name.
        now: This moment.

    Raises:
        Outdated: when *before* is not what *after* was made from.
        Refused: when something is removed or changed, or files contradict each other.
    """
    if after.signed.version != before.signed.version + 1:
        raise Outdated(role)
    _require_time(after, now)
    old, new = before.signed.targets, after.signed.targets
    archives: dict[str, TargetFile] = {}
    pairs: list[tuple[Releases, Releases]] = []
    for path in {**old, **new}:
        place = _placed(path)
        if path not in new or (not place.is_index and old.get(path, new[path]) != new[path]):
            raise Refused("registry-content", f"{path} is removed or changed")
        _require_plain(path, new[path])
        if place.is_index and old.get(path) != new[path]:
            known = old.get(path)
            empty = Releases(place.id, channel=place.channel)
            pairs.append((_read(known, place, read) if known else empty, _read(new[path], place, read)))  # fmt: skip
        elif path not in old:
            archives[path] = new[path]
    return _change(role, archives, pairs, new)


def _change(
    role: str,
    archives: dict[str, TargetFile],
    pairs: list[tuple[Releases, Releases]],
    targets: dict[str, TargetFile],
) -> Change:
    appeared, yanked = [], []
    for before, after in pairs:
        _require_grown(before, after, targets)
        names = [each for each in after.versions if before.versions.get(each) != after.versions[each]]  # fmt: skip
        appeared += [(each, after) for each in names]
        yanked += [(each, after) for each in after.yanked if each not in before.yanked]
    listed = {path for _, after in pairs for each in after.versions.values() for path in each.values()}  # fmt: skip
    if not set(archives) <= listed:
        raise Refused("registry-content", f"{min(set(archives) - listed)} is in no releases.json")
    return Change(role, archives, appeared, yanked)


def _require_grown(before: Releases, after: Releases, targets: dict[str, TargetFile]) -> None:
    """Refuse releases that lost something, or name a file that is not theirs."""
    for version, platforms in before.versions.items():
        if not platforms.items() <= after.versions.get(version, {}).items():
            raise Refused("registry-content", f"{after.id}@{version} is removed or changed")
    if not before.yanked.keys() <= after.yanked.keys():
        raise Refused("registry-content", f"{after.id}: a withdrawn version is offered again")
    for version, platforms in after.versions.items():
        for platform, path in platforms.items():
            place = place_of(path)
            if path not in targets or place is None or place.release != (after.id, version, platform):  # fmt: skip
                raise Refused("registry-content", f"{after.id}@{version}: not its file: {path}")
    if not after.yanked.keys() <= after.versions.keys():
        raise Refused("registry-content", f"{after.id}: a version is withdrawn that is not there")


def _require_time(after: Metadata[Targets], now: datetime) -> None:
    longest = now + timedelta(days=roles.OFFLINE_DAYS + _SLACK_DAYS)
    if not now < after.signed.expires <= longest:
        problem = f"signed until {after.signed.expires:%Y-%m-%d}"
        raise Refused("registry-expired", problem, "check the clock of the machine that publishes")


def _require_plain(path: str, target: TargetFile) -> None:
    if set(target.hashes) != {"sha256"} or target.unrecognized_fields:
        raise Refused("registry-content", f"{path}: another hash than SHA-256, or more than that")


def _placed(path: str) -> Place:
    place = place_of(path)
    if place is None:
        raise Refused("registry-content", f"not the path of an archive: {path}")
    return place


def _read(target: TargetFile, place: Place, read: Callable[[str], bytes]) -> Releases:
    from tuf.api.exceptions import LengthOrHashMismatchError

    content = read(target.get_prefixed_paths()[0])
    try:
        target.verify_length_and_hashes(content)
    except LengthOrHashMismatchError as error:
        raise Refused("registry-content", f"{target.path}: another content") from error
    return read_releases(content, place.id, place.channel)
