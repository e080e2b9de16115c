"""Which versions of a bundle a registry has; a signed file of its own for each bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pybridge import abi
from pybridge.bundles.manifests.canonical import ascii_json, read_json
from pybridge.bundles.refusals import Refused

ANY_PLATFORM = "any"
"""Of bundles that run on every platform."""


@dataclass(frozen=True)
class Release:
    """An archive that is published."""

    id: str
    version: str
    platform: str
    content: bytes


@dataclass(frozen=True)
class Releases:
    """The versions of one bundle."""

    id: str
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The path of an archive by platform, by version."""
    yanked: Mapping[str, str] = field(default_factory=dict)
    """Why a version was withdrawn, by version."""

    def path(self, version: str, platform: str) -> str | None:
        """Return the path of an archive; None where there is none."""
        platforms = self.versions.get(version, {})
        return platforms.get(platform) or platforms.get(ANY_PLATFORM)

    def added(self, version: str, platform: str, path: str) -> Releases:
        """Return the releases with one more archive."""
        platforms = {**self.versions.get(version, {}), platform: path}
        return Releases(self.id, {**self.versions, version: platforms}, self.yanked)

    def without(self, version: str, reason: str) -> Releases:
        """Return the releases with a version withdrawn; its archives stay."""
        return Releases(self.id, self.versions, {**self.yanked, version: reason})

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        yanked = {"yanked": self.yanked} if self.yanked else {}
        return ascii_json({"v": 1, "id": self.id, "versions": self.versions, **yanked})


def releases_path(bundle: str) -> str:
    """Return the path of the file in a registry."""
    return f"plugins/{bundle}/releases.json"


def archive_path(bundle: str, version: str, platform: str) -> str:
    """Return the path of an archive in a registry."""
    return f"plugins/{bundle}/{version}/{platform}/{bundle}-{version}-{platform}.zip"


def read_releases(content: bytes, bundle: str) -> Releases:
    """Return the releases in a file of a registry.

    Raises:
        Refused: when it is not that file.
    """
    value = read_json(content, "releases.json")
    problems = abi.validate("bundle-releases", value)
    if problems or value["id"] != bundle:
        detail = "; ".join(map(str, problems)) or "of another bundle"
        raise Refused("registry-content", f"releases.json: {detail}")
    return Releases(bundle, value["versions"], value.get("yanked", {}))
