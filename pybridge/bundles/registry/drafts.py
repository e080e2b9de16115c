"""What a publisher signs next: its targets, changed, and the files that they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.registry import roles
from pybridge.bundles.registry.releases import (
    CHANNELS,
    Release,
    Releases,
    archive_path,
    read_releases,
    releases_path,
)
from pybridge.bundles.registry.roles import expiry, signed_metadata
from pybridge.errors import Conflict

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Targets


@dataclass(frozen=True)
class Draft:
    """Changes of what one publisher signed before."""

    targets: Metadata[Targets]
    read: Callable[[str], bytes]
    """Returns a file of the registry by its stored name."""
    contents: dict[str, bytes] = field(default_factory=dict)
    """Of the files that are new or changed, by path."""

    def add(self, release: Release, channel: str) -> str | None:
        """Add an archive to a channel; return its path, or None where it is there.

        Raises:
            Conflict: when the version is there with another content, or was withdrawn.
        """
        from tuf.api.metadata import TargetFile

        path = archive_path(release.id, release.version, release.platform)
        target = TargetFile.from_data(path, release.content, ["sha256"])
        known = self.targets.signed.targets.get(path)
        if known is not None and known.hashes != target.hashes:
            problem = f"{release.id}@{release.version} is published with another content"
            raise Conflict(problem, "a version never changes; publish another one")
        releases = self.releases(release.id, channel)
        if release.version in releases.yanked:
            problem = f"{release.id}@{release.version} was withdrawn"
            raise Conflict(problem, "a version never changes; publish another one")
        if releases.versions.get(release.version, {}).get(release.platform) == path:
            return None
        if known is None:
            self._put(path, release.content)
        added = releases.added(release.version, release.platform, path)
        self._put(releases_path(release.id, channel), added.to_bytes())
        return path

    def yank(self, bundle: str, version: str, reason: str) -> list[str]:
        """Withdraw a version from all channels; return the paths of what says so.

        Raises:
            Conflict: when there is no such version.
        """
        every = [self.releases(bundle, channel) for channel in CHANNELS]
        found = [each for each in every if version in each.versions]
        if not found:
            raise Conflict(f"{bundle}@{version} is not published by this key")
        changed = [each for each in found if each.yanked.get(version) != reason]
        for each in changed:
            path = releases_path(bundle, each.channel)
            self._put(path, each.without(version, reason).to_bytes())
        return [releases_path(bundle, each.channel) for each in changed]

    def releases(self, bundle: str, channel: str) -> Releases:
        """Return the versions of a bundle in a channel, as this draft has them."""
        path = releases_path(bundle, channel)
        known = self.targets.signed.targets.get(path)
        if known is None:
            return Releases(bundle, channel=channel)
        content = self.contents.get(path) or self.read(known.get_prefixed_paths()[0])
        known.verify_length_and_hashes(content)
        return read_releases(content, bundle, channel)

    def stored(self) -> dict[str, bytes]:
        """Return the new files by the names that they get in the registry."""
        targets = self.targets.signed.targets
        return {
            targets[path].get_prefixed_paths()[0]: content
            for path, content in self.contents.items()
        }

    def signed(self, publisher: PrivateKey, now: datetime) -> bytes:
        """Return the next version of the targets, signed."""
        self.targets.signed.version += 1
        self.targets.signed.expires = expiry(now, roles.OFFLINE_DAYS)
        return signed_metadata(self.targets, publisher)

    def _put(self, path: str, content: bytes) -> None:
        from tuf.api.metadata import TargetFile

        self.targets.signed.targets[path] = TargetFile.from_data(path, content, ["sha256"])
        self.contents[path] = content
