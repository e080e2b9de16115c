"""The folder of a registry: `public/` is served by any web server, `private/` has the key of the two online roles.

Files of `public/` are written once, under names that hold a version or a hash. Only `timestamp.json` is replaced, last,
so that a run which was killed published nothing, or all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge.bundles.archive import layout
from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.key_files import PRIVATE
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry import roles
from pybridge.bundles.registry.releases import (
    Release,
    Releases,
    archive_path,
    read_releases,
    releases_path,
)
from pybridge.bundles.registry.roles import (
    Publisher,
    delegate,
    expiry,
    signed_metadata,
    signer_of,
)
from pybridge.errors import Conflict, DocumentUnreadable
from pybridge.storage.atomic import Step, write_atomically
from pybridge.storage.lock import locked
from pybridge.storage.regular_file import read_regular

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Snapshot, Targets, Timestamp

PUBLIC_FOLDER = "public"
METADATA_FOLDER = "metadata"
TARGETS_FOLDER = "targets"
ROOT = "root.json"
_TIMESTAMP = "timestamp.json"
_ONLINE = f"private/{PRIVATE}"
_LOCK = "private/lock"
_TOP = "targets"


@dataclass(frozen=True)
class Current:
    """The metadata that a registry has now."""

    timestamp: Metadata[Timestamp]
    snapshot: Metadata[Snapshot]


@dataclass(frozen=True)
class Registry:
    """The folder of a registry, at a moment."""

    folder: Path
    now: datetime
    step: Step = lambda _: None
    """Called before each operation with its name; what it raises ends the work."""

    @property
    def metadata(self) -> Path:
        """The folder of the metadata."""
        return self.folder / PUBLIC_FOLDER / METADATA_FOLDER

    @property
    def targets(self) -> Path:
        """The folder of the archives."""
        return self.folder / PUBLIC_FOLDER / TARGETS_FOLDER

    def create(self, root_key: PrivateKey, publishers: Sequence[Publisher]) -> None:
        """Make a registry whose root is *root_key*, for bundles that *publishers* sign.

        Raises:
            Conflict: when there is one already.
            OutputFailed: when it cannot be written.
        """
        from tuf.api.metadata import Delegations, Metadata, MetaFile, Root, Snapshot, Targets

        if (self.metadata / _TIMESTAMP).exists():
            raise Conflict(f"{self.folder} is a registry already")
        online = PrivateKey.new()
        root = Root(expires=expiry(self.now, roles.OFFLINE_DAYS), consistent_snapshot=True)
        for role, key in (("root", root_key), (_TOP, root_key), ("snapshot", online), ("timestamp", online)):  # fmt: skip
            root.add_key(signer_of(key).public_key, role)
        top = Targets(expires=expiry(self.now, roles.OFFLINE_DAYS), delegations=Delegations({}, {}))
        empty = Targets(expires=expiry(self.now, roles.OFFLINE_DAYS))
        snapshot = Snapshot(meta={f"{_TOP}.json": MetaFile(1)})
        for publisher in publishers:
            name = f"{publisher.key.public.id}.json"
            delegate(top, publisher)
            snapshot.meta[name] = MetaFile(1)
            text = signed_metadata(Metadata(empty), publisher.key)
            self._write(self.metadata / f"1.{name}", text)
        self._write(self.folder / _ONLINE, f"{online.text}\n".encode("ascii"), mode=0o600)
        self._write(self.metadata / f"1.{_TOP}.json", signed_metadata(Metadata(top), root_key))
        text = signed_metadata(Metadata(root), root_key)
        self._write(self.metadata / f"1.{ROOT}", text)
        self._write(self.metadata / ROOT, text)
        self._switch(Metadata(snapshot), None)

    def refresh(self) -> None:
        """Sign the two online roles again, so that they do not expire.

        Raises:
            Conflict: when it is not a registry.
            OutputFailed: when it cannot be written.
        """
        with self._alone():
            self._switch(self._current().snapshot, self._current().timestamp)

    def publish(self, releases: Sequence[Release], publisher: PrivateKey) -> list[str]:
        """Add archives, all of them or none; return the paths of those that were not there.

        Raises:
            Conflict: when the registry does not accept this publisher, or a version is there with another content.
            Refused: when the publisher may not publish a bundle of that id.
            OutputFailed: when it cannot be written; nothing is published.
        """

        def change(targets: Metadata[Targets]) -> list[str]:
            return [path for each in releases if (path := self._add(targets, each))]

        paths = [archive_path(each.id, each.version, each.platform) for each in releases]
        return self._changed(publisher, paths, change)

    def yank(self, bundle: str, version: str, reason: str, publisher: PrivateKey) -> list[str]:
        """Withdraw a version: clients refuse it, and say the reason; return the path of what says so.

        Raises:
            Conflict: when there is no such version of this publisher.
            Refused: when the publisher may not publish a bundle of that id.
            OutputFailed: when it cannot be written; nothing is changed.
        """

        def change(targets: Metadata[Targets]) -> list[str]:
            releases = self._releases(targets, bundle)
            if version not in releases.versions:
                raise Conflict(f"{bundle}@{version} is not published by this key")
            self._add_file(
                targets, releases_path(bundle), releases.without(version, reason).to_bytes()
            )
            return [releases_path(bundle)]

        return self._changed(publisher, [releases_path(bundle)], change)

    def _changed(
        self,
        publisher: PrivateKey,
        paths: Sequence[str],
        change: Callable[[Metadata[Targets]], list[str]],
    ) -> list[str]:
        """Let *change* add files at *paths* to what a publisher signs, then switch; return what it returns."""
        from tuf.api.metadata import MetaFile

        role = publisher.public.id
        with self._alone():
            current = self._current()
            meta = current.snapshot.signed.meta
            if f"{role}.json" not in meta:
                hint = "`pybridge registry init` names the publishers"
                raise Conflict(f"{self.folder} does not accept bundles of the key {role}", hint)
            targets = self._read_targets(role, meta[f"{role}.json"].version)
            self._require_allowed(role, meta[f"{_TOP}.json"].version, paths)
            added = change(targets)
            if not added:
                return []
            targets.signed.version += 1
            targets.signed.expires = expiry(self.now, roles.OFFLINE_DAYS)
            name = f"{targets.signed.version}.{role}.json"
            self._write(self.metadata / name, signed_metadata(targets, publisher))
            meta[f"{role}.json"] = MetaFile(targets.signed.version)
            self._switch(current.snapshot, current.timestamp)
        return added

    def _add(self, targets: Metadata[Targets], release: Release) -> str | None:
        """Write an archive; return its path, or None where it is there."""
        from tuf.api.metadata import TargetFile

        path = archive_path(release.id, release.version, release.platform)
        target = TargetFile.from_data(path, release.content, ["sha256"])
        known = targets.signed.targets.get(path)
        if known is not None:
            if known.hashes == target.hashes:
                return None
            problem = f"{release.id}@{release.version} is published with another content"
            raise Conflict(problem, "a version never changes; publish another one")
        releases = self._releases(targets, release.id)
        index = releases.added(release.version, release.platform, path).to_bytes()
        self._add_file(targets, path, release.content)
        self._add_file(targets, releases_path(release.id), index)
        return path

    def _add_file(self, targets: Metadata[Targets], path: str, content: bytes) -> None:
        from tuf.api.metadata import TargetFile

        target = TargetFile.from_data(path, content, ["sha256"])
        self._write(self.targets / target.get_prefixed_paths()[0], content)
        targets.signed.targets[path] = target

    def _releases(self, targets: Metadata[Targets], bundle: str) -> Releases:
        known = targets.signed.targets.get(releases_path(bundle))
        if known is None:
            return Releases(bundle)
        return read_releases(_content(self.targets / known.get_prefixed_paths()[0]), bundle)

    def _require_allowed(self, role: str, version: int, paths: Sequence[str]) -> None:
        top = self._read_targets(_TOP, version)
        delegations = top.signed.delegations
        delegated = delegations.roles.get(role) if delegations and delegations.roles else None
        for path in paths:
            if delegated is None or not delegated.is_delegated_path(path):
                raise Refused(
                    "key-bundle", f"the key {role} may not publish {path} in {self.folder}"
                )

    def _switch(self, snapshot: Metadata[Snapshot], before: Metadata[Timestamp] | None) -> None:
        """Write the next snapshot, then the timestamp, from which on it holds."""
        from tuf.api.metadata import Metadata, MetaFile, Timestamp

        online = self._online()
        if before is not None:
            snapshot.signed.version += 1
        snapshot.signed.expires = expiry(self.now, roles.SNAPSHOT_DAYS)
        version = snapshot.signed.version
        self._write(self.metadata / f"{version}.snapshot.json", signed_metadata(snapshot, online))
        timestamp = Timestamp(
            version=before.signed.version + 1 if before else 1,
            expires=expiry(self.now, roles.TIMESTAMP_DAYS),
            snapshot_meta=MetaFile(version),
        )
        text = signed_metadata(Metadata(timestamp), online)
        self._write(self.metadata / _TIMESTAMP, text)

    def _current(self) -> Current:
        from tuf.api.metadata import Metadata

        path = self.metadata / _TIMESTAMP
        if not path.is_file():
            raise Conflict(f"{self.folder} is not a registry", "`pybridge registry init` makes one")
        timestamp: Metadata[Timestamp] = Metadata.from_bytes(_content(path))
        name = f"{timestamp.signed.snapshot_meta.version}.snapshot.json"
        snapshot: Metadata[Snapshot] = Metadata.from_bytes(_content(self.metadata / name))
        return Current(timestamp, snapshot)

    def _read_targets(self, role: str, version: int) -> Metadata[Targets]:
        from tuf.api.metadata import Metadata

        found: Metadata[Any] = Metadata.from_bytes(
            _content(self.metadata / f"{version}.{role}.json")
        )
        return found

    def _online(self) -> PrivateKey:
        return PrivateKey.of(_content(self.folder / _ONLINE).decode("ascii").strip())

    def _write(self, path: Path, content: bytes, *, mode: int = 0o666) -> None:
        write_atomically(path, content, root=self.folder, step=self.step, mode=mode)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not (self.folder / _ONLINE).is_file():
            raise Conflict(f"{self.folder} is not a registry", "`pybridge registry init` makes one")
        with locked(self.folder / _LOCK, root=self.folder, work="publishing"):
            yield


def _content(path: Path) -> bytes:
    try:
        content, size = read_regular(path, root=None, most=layout.MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if size > layout.MOST_BYTES:
        raise DocumentUnreadable(path, "broken", f"larger than {layout.MOST_BYTES:,} bytes")
    return content
