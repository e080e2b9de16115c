"""Where bundles are looked for by their id: a folder of archives, or a registry."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from pybridge.bundles.archive.files import ArchiveFiles
from pybridge.bundles.registry.client import RegistryClient, open_registry
from pybridge.bundles.registry.releases import CHANNELS, STABLE, Releases
from pybridge.bundles.versions import is_version, this_platform
from pybridge.caches import data_folder
from pybridge.commands.bundles.reading import Source, read_source, refusing
from pybridge.commands.bundles.roots import trusted_roots
from pybridge.errors import DocumentUnreadable, UsageError

_MOST_CANDIDATES = 10_000
_SUFFIX = ".zip"


class Catalog(Protocol):
    """Bundles for this platform."""

    def versions(self, bundle: str) -> list[str]:
        """Return the versions of a bundle."""
        ...

    def yanked(self, bundle: str) -> Mapping[str, str]:
        """Return why versions were withdrawn, by version."""
        ...

    def source(self, bundle: str, version: str) -> Source:
        """Return one of them; what it is, is not verified yet."""
        ...


def open_catalog(place: str, channel: str = STABLE) -> Catalog:
    """Return the registry at an address, or the folder at a path.

    Args:
        place: The address or the path.
        channel: Of a registry; a folder has none.

    Raises:
        UsageError: when it is not such an address, or there is no such channel.
        Refused: when the registry is not one of a trusted root, older than before, or expired.
        RegistryUnreachable: when it does not answer.
    """
    if channel not in CHANNELS:
        raise UsageError(f"no channel {channel!r}", f"choose one of {', '.join(CHANNELS)}")
    if "://" not in place:
        if channel != STABLE:
            raise UsageError("a folder has no channels", "name the address of a registry")
        return FolderCatalog(Path(place))
    client = open_registry(place, trusted_roots(), data_folder("registries"))
    return RegistryCatalog(client, channel)


@dataclass(frozen=True)
class RegistryCatalog:
    """A registry."""

    client: RegistryClient
    channel: str

    def versions(self, bundle: str) -> list[str]:
        """Return the versions of a bundle for this platform."""
        releases = self._releases(bundle)
        platform = this_platform()
        return [each for each in releases.versions if releases.path(each, platform)]

    def yanked(self, bundle: str) -> Mapping[str, str]:
        """Return why versions were withdrawn."""
        return self._releases(bundle).yanked

    def source(self, bundle: str, version: str) -> Source:
        """Fetch an archive that the registry signed."""
        path = self._releases(bundle).path(version, this_platform())
        content = self.client.content(path) if path else None
        if path is None or content is None:
            raise UsageError(f"no bundle {bundle}@{version} in {self.client.url}")
        name = Path(PurePosixPath(path).name)
        with refusing(name):
            digest = hashlib.sha256(content).hexdigest()
            return Source(name, ArchiveFiles(content), digest, len(content))

    def _releases(self, bundle: str) -> Releases:
        return self.client.releases(bundle, self.channel) or Releases(bundle)


@dataclass(frozen=True)
class FolderCatalog:
    """A folder of archives, whose names have the id, the version and the platform."""

    folder: Path

    def versions(self, bundle: str) -> list[str]:
        """Return the versions of a bundle, as the names say."""
        return [version for version, _ in self._candidates(bundle)]

    def yanked(self, bundle: str) -> Mapping[str, str]:
        """Return nothing: a folder does not say that."""
        return {}

    def source(self, bundle: str, version: str) -> Source:
        """Read an archive."""
        paths = dict(self._candidates(bundle))
        return read_source(paths[version])

    def _candidates(self, bundle: str) -> Iterator[tuple[str, Path]]:
        count = 0
        for place, _, names in os.walk(self.folder, onerror=_refuse):
            count += len(names)
            if count > _MOST_CANDIDATES:
                raise UsageError(f"{self.folder} holds more than {_MOST_CANDIDATES:,} files")
            for name in names:
                version = _version_in(name, bundle)
                if version is not None:
                    yield version, Path(place, name)


def _version_in(name: str, bundle: str) -> str | None:
    """Return the version in the name of an archive, such as `echo-1.0.0-linux_x86_64.zip`."""
    if not name.startswith(f"{bundle}-") or not name.endswith(_SUFFIX):
        return None
    rest = name.removeprefix(f"{bundle}-").removesuffix(_SUFFIX)
    version = rest.removesuffix(f"-{this_platform()}")
    return version if is_version(version) else None


def _refuse(error: OSError) -> None:
    raise DocumentUnreadable.of(Path(error.filename), error) from error
