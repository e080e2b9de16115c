"""Which versions of a bundle a registry has; a signed file of its own for each bundle and channel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pybridge import abi
from pybridge.bundles.manifests.canonical import ascii_json, read_json
from pybridge.bundles.refusals import Refused
from pybridge.bundles.versions import BUNDLE_ID, is_version

ANY_PLATFORM = "any"
"""Of bundles that run on every platform."""
STABLE = "stable"
CHANNELS = (STABLE, "beta", "nightly")

_INDEX = "releases.json"
_PLATFORM = re.compile(r"[a-z0-9_]{1,64}")


@dataclass(frozen=True)
class Release:
    """An archive that is published."""

    id: str
    version: str
    platform: str
    content: bytes


@dataclass(frozen=True)
class Releases:
    """The versions of one bundle in one channel."""

    id: str
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The path of an archive by platform, by version."""
    yanked: Mapping[str, str] = field(default_factory=dict)
    """Why a version was withdrawn, by version."""
    channel: str = STABLE

    def path(self, version: str, platform: str) -> str | None:
        """Return the path of an archive; None where there is none."""
        platforms = self.versions.get(version, {})
        return platforms.get(platform) or platforms.get(ANY_PLATFORM)

    def added(self, version: str, platform: str, path: str) -> Releases:
        """Return the releases with one more archive."""
        platforms = {**self.versions.get(version, {}), platform: path}
        versions = {**self.versions, version: platforms}
        return Releases(self.id, versions, self.yanked, self.channel)

    def without(self, version: str, reason: str) -> Releases:
        """Return the releases with a version withdrawn; its archives stay."""
        return Releases(self.id, self.versions, {**self.yanked, version: reason}, self.channel)

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        value = {"v": 1, "id": self.id, "versions": self.versions}
        yanked = {"yanked": self.yanked} if self.yanked else {}
        channel = {} if self.channel == STABLE else {"channel": self.channel}
        return ascii_json({**value, **yanked, **channel})


@dataclass(frozen=True)
class Place:
    """What a file of a registry is, by its path."""

    id: str
    channel: str = STABLE
    """Of releases."""
    release: tuple[str, str, str] | None = None
    """Id, version and platform of an archive; None for releases."""

    @property
    def is_index(self) -> bool:
        """Whether it is a file of releases."""
        return self.release is None


def releases_path(bundle: str, channel: str = STABLE) -> str:
    """Return the path of the file in a registry."""
    folder = f"plugins/{bundle}" if channel == STABLE else f"plugins/{bundle}/channels/{channel}"
    return f"{folder}/{_INDEX}"


def is_index(name: str) -> bool:
    """Return whether a stored name is that of a file of releases."""
    return name.endswith(f".{_INDEX}")


def archive_path(bundle: str, version: str, platform: str) -> str:
    """Return the path of an archive in a registry."""
    return f"plugins/{bundle}/{version}/{platform}/{bundle}-{version}-{platform}.zip"


def place_of(path: str) -> Place | None:
    """Return what is at a path; None where a registry has nothing of that path."""
    parts = path.split("/")
    if len(parts) < 3 or not BUNDLE_ID.fullmatch(parts[1]):
        return None
    for channel in CHANNELS:
        if path == releases_path(parts[1], channel):
            return Place(parts[1], channel)
    _, bundle, version, platform, *_ = (*parts, "", "")
    if not is_version(version) or not _PLATFORM.fullmatch(platform):
        return None
    is_archive = path == archive_path(bundle, version, platform)
    return Place(bundle, release=(bundle, version, platform)) if is_archive else None


def read_releases(content: bytes, bundle: str, channel: str = STABLE) -> Releases:
    """Return the releases in a file of a registry.

    Raises:
        Refused: when it is not that file, or that of another channel.
    """
    value = read_json(content, _INDEX)
    problems = abi.validate("bundle-releases", value)
    if problems or value["id"] != bundle:
        detail = "; ".join(map(str, problems)) or "of another bundle"
        raise Refused("registry-content", f"{_INDEX}: {detail}")
    found = value.get("channel", STABLE)
    if found != channel:
        raise Refused("registry-channel", f"{_INDEX} of {bundle}: of the channel {found}, not {channel}")  # fmt: skip
    return Releases(bundle, value["versions"], value.get("yanked", {}), channel)
