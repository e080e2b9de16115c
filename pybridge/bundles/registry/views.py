"""The catalog of a registry for hosts that know no TUF: an index with its signature, made from the signed metadata.

It does not expire, and an older one is not noticed: hosts that can should use TUF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pybridge.bundles.keys.public import encoded
from pybridge.bundles.manifests.canonical import ascii_json
from pybridge.bundles.registry import roles
from pybridge.bundles.registry.releases import CHANNELS, Releases, place_of, read_releases
from pybridge.bundles.registry.repository import TOP, Current, Registry
from pybridge.bundles.registry.store import read_whole
from pybridge.bundles.versions import version_key

if TYPE_CHECKING:
    from tuf.api.metadata import TargetFile


@dataclass(frozen=True)
class Published:
    """All that is published at the moment of a snapshot."""

    snapshot: int
    """Its version."""
    time: str
    """When it was signed, RFC 3339."""
    files: dict[str, TargetFile]
    """By path."""
    releases: dict[tuple[str, str], Releases]
    """By id and channel."""

    def yanked(self, bundle: str, version: str) -> str | None:
        """Return why a version was withdrawn; None where it was not."""
        found = (self.releases.get((bundle, each)) for each in CHANNELS)
        return next((each.yanked[version] for each in found if each and version in each.yanked), None)  # fmt: skip


def published(registry: Registry, snapshot: int | None = None) -> Published:
    """Return what is published now, or was when a snapshot held.

    Raises:
        DocumentUnreadable: when there is no such snapshot.
    """
    current = registry.current()
    if snapshot is not None:
        current = Current(current.timestamp, registry.read_snapshot(snapshot))
    signed = current.snapshot.signed
    files: dict[str, TargetFile] = {}
    for each in _files(registry, current):
        files.setdefault(each.path, each)
    releases = {}
    for path, target in files.items():
        place = place_of(path)
        if place is not None and place.is_index:
            content = read_whole(registry.store, target.get_prefixed_paths()[0])
            target.verify_length_and_hashes(content)
            releases[place.id, place.channel] = read_releases(content, place.id, place.channel)
    time = signed.expires - timedelta(days=roles.SNAPSHOT_DAYS)
    return Published(signed.version, f"{time:%Y-%m-%dT%H:%M:%SZ}", files, releases)


def _files(registry: Registry, current: Current) -> Iterator[TargetFile]:
    """Yield the files of all publishers, in the order in which clients look for them."""
    delegations = registry.read_top(current).signed.delegations
    for name, role in ((delegations.roles if delegations else None) or {}).items():
        version = current.version_of(name)
        if version is not None and name != TOP:
            targets = registry.read_targets(name, version).signed.targets
            yield from (each for path, each in targets.items() if role.is_delegated_path(path))


def index(found: Published, channel: str, base_url: str) -> bytes:
    """Return index.json: the newest version of each bundle in a channel.

    Args:
        found: What is published.
        channel: The channel.
        base_url: The address of the server, with which those of the archives begin.
    """
    newest = (_newest(found, releases, base_url) for releases in found.releases.values() if releases.channel == channel)  # fmt: skip
    plugins = sorted(filter(None, newest), key=lambda each: str(each["id"]))
    return ascii_json({"v": 1, "channel": channel, "catalog_version": found.time, "plugins": plugins})  # fmt: skip


def signature(registry: Registry, content: bytes) -> bytes:
    """Return index.sig: the signature by the key of the timestamp, base64 and a line end."""
    return f"{encoded(registry.online().sign(content))}\n".encode("ascii")


def pointer(found: Published, channel: str, sha256: str) -> bytes:
    """Return current.json, which names an index and its signature that never change."""
    folder = f"catalogs/{found.snapshot}/{channel}"
    return ascii_json(
        {
            "v": 1,
            "channel": channel,
            "catalog_version": found.time,
            "index": f"{folder}/index.json",
            "signature": f"{folder}/index.sig",
            "sha256": sha256,
        }
    )


def _newest(found: Published, releases: Releases, base_url: str) -> dict[str, Any] | None:
    versions = [each for each in releases.versions if each not in releases.yanked]
    if not versions:
        return None
    version = max(versions, key=version_key)
    platforms = [
        {
            "platform": platform,
            "url": f"{base_url}/plugins/artifacts/{path.removeprefix('plugins/')}",
            "sha256": found.files[path].hashes["sha256"],
            "size": found.files[path].length,
        }
        for platform, path in sorted(releases.versions[version].items())
        if path in found.files
    ]
    return {"id": releases.id, "version": version, "platforms": platforms}
