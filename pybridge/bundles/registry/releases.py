"""Which versions of a bundle a registry has; a signed file of its own for each bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pybridge import abi
from pybridge.bundles.manifests.canonical import ascii_json, read_json
from pybridge.bundles.refusals import Refused
from pybridge.bundles.versions import version_key

ANY_PLATFORM = "any"
"""Of bundles that run on every platform."""


@dataclass(frozen=True)
class Releases:
    """The versions of one bundle."""

    id: str
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The path of an archive by platform, by version."""

    def newest(self, platform: str) -> str | None:
        """Return the newest version for a platform; None where there is none."""
        found = [each for each in self.versions if self.path(each, platform)]
        return max(found, key=version_key, default=None)

    def path(self, version: str, platform: str) -> str | None:
        """Return the path of an archive; None where there is none."""
        platforms = self.versions.get(version, {})
        return platforms.get(platform) or platforms.get(ANY_PLATFORM)

    def added(self, version: str, platform: str, path: str) -> Releases:
        """Return the releases with one more archive."""
        platforms = {**self.versions.get(version, {}), platform: path}
        return Releases(self.id, {**self.versions, version: platforms})

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        return ascii_json({"v": 1, "id": self.id, "versions": self.versions})


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
    return Releases(bundle, value["versions"])
