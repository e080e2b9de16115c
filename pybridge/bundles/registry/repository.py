"""The folder of a registry: `public/` is served by any web server, `private/` has the key of the two online roles.

Files of `public/` are written once, under names that hold a version or a hash. Only `timestamp.json` is replaced, last,
so that a run which was killed published nothing, or all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge.bundles.archive import layout
from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.key_files import PRIVATE
from pybridge.bundles.registry import roles
from pybridge.bundles.registry.roles import expiry, signed_metadata, signer_of
from pybridge.bundles.registry.store import FolderStore, Store
from pybridge.errors import Conflict, DocumentUnreadable
from pybridge.storage.atomic import Step, write_atomically
from pybridge.storage.lock import locked
from pybridge.storage.regular_file import read_regular

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

PUBLIC_FOLDER = "public"
PRIVATE_FOLDER = "private"
METADATA_FOLDER = "metadata"
TARGETS_FOLDER = "targets"
ROOT = "root.json"
TOP = "targets"
TIMESTAMP = "timestamp.json"
ONLINE = f"{PRIVATE_FOLDER}/{PRIVATE}"
NEXT_ONLINE = f"{PRIVATE_FOLDER}/next/{PRIVATE}"
"""While it takes the place of the present one."""
_LOCK = f"{PRIVATE_FOLDER}/lock"
_SCRATCH = f"{PRIVATE_FOLDER}/uploads"


@dataclass(frozen=True)
class Current:
    """The metadata that a registry has at a moment."""

    timestamp: Metadata[Timestamp]
    snapshot: Metadata[Snapshot]

    def version_of(self, role: str) -> int | None:
        """Return the version of what a role signed; None for one that signed nothing."""
        found = self.snapshot.signed.meta.get(f"{role}.json")
        return found.version if found else None


@dataclass(frozen=True)
class Registry:
    """The folder of a registry, at a moment."""

    folder: Path
    now: datetime
    step: Step = lambda _: None
    """Called before each operation with its name; what it raises ends the work."""
    elsewhere: Store | None = None
    """Where the archives are; None for the folder."""

    @property
    def metadata(self) -> Path:
        """The folder of the metadata."""
        return self.folder / PUBLIC_FOLDER / METADATA_FOLDER

    @property
    def scratch(self) -> Path:
        """The folder of files that are not complete yet."""
        return self.folder / _SCRATCH

    @property
    def store(self) -> Store:
        """The archives."""
        if self.elsewhere is not None:
            return self.elsewhere
        targets = self.folder / PUBLIC_FOLDER / TARGETS_FOLDER
        return FolderStore(targets, self.folder, self.scratch, self.step)

    def refresh(self) -> None:
        """Sign the two online roles again, so that they do not expire.

        Raises:
            Conflict: when it is not a registry.
            OutputFailed: when it cannot be written.
        """
        with self.alone():
            self.refresh_alone()

    def refresh_alone(self) -> None:
        """As `refresh`, for who holds the lock already."""
        current = self.current()
        self.switch(current.snapshot, current.timestamp)

    def switch(
        self,
        snapshot: Metadata[Snapshot],
        before: Metadata[Timestamp] | None,
        *others: PrivateKey,
    ) -> None:
        """Write the next snapshot, then the timestamp, from which on it holds.

        Args:
            snapshot: What it names.
            before: The timestamp that holds; None for the first one.
            others: Keys that sign as well.
        """
        from tuf.api.metadata import Metadata, MetaFile, Timestamp

        keys = (self.online(), *others)
        if before is not None:
            snapshot.signed.version += 1
        snapshot.signed.expires = expiry(self.now, roles.SNAPSHOT_DAYS)
        version = snapshot.signed.version
        self.write(self.metadata / f"{version}.snapshot.json", signed_metadata(snapshot, *keys))
        timestamp = Timestamp(
            version=before.signed.version + 1 if before else 1,
            expires=expiry(self.now, roles.TIMESTAMP_DAYS),
            snapshot_meta=MetaFile(version),
        )
        text = signed_metadata(Metadata(timestamp), *keys)
        self.write(self.metadata / TIMESTAMP, text)

    def current(self) -> Current:
        """Return the metadata that holds.

        Raises:
            Conflict: when it is not a registry.
        """
        from tuf.api.metadata import Metadata

        path = self.metadata / TIMESTAMP
        if not path.is_file():
            raise Conflict(
                f"the folder {self.folder} holds no registry", "`pybridge registry init` makes one"
            )
        timestamp: Metadata[Timestamp] = Metadata.from_bytes(_content(path))
        return Current(timestamp, self.read_snapshot(timestamp.signed.snapshot_meta.version))

    def read_snapshot(self, version: int) -> Metadata[Snapshot]:
        """Return one of the snapshots that held.

        Raises:
            DocumentUnreadable: when there is none of this version.
        """
        return self._read(f"{version}.snapshot.json")

    def read_targets(self, role: str, version: int) -> Metadata[Targets]:
        """Return what a role signed."""
        return self._read(f"{version}.{role}.json")

    def read_top(self, current: Current) -> Metadata[Targets]:
        """Return who may publish what."""
        return self.read_targets(TOP, current.version_of(TOP) or 1)

    def read_root(self) -> Metadata[Root]:
        """Return the newest root; `root.json` is behind it after a run that was killed."""
        root: Metadata[Root] = self._read(ROOT)
        while (self.metadata / f"{root.signed.version + 1}.{ROOT}").is_file():
            root = self._read(f"{root.signed.version + 1}.{ROOT}")
        return root

    def online(self) -> PrivateKey:
        """Return the key of the two online roles: the next one as soon as the root names it."""
        if (self.folder / NEXT_ONLINE).is_file():
            key = self._key(NEXT_ONLINE)
            root = self.read_root().signed
            if signer_of(key).public_key.keyid in root.roles["timestamp"].keyids:
                return key
        return self._key(ONLINE)

    def write(self, path: Path, content: bytes, *, mode: int = 0o666) -> None:
        """Write a file of the registry.

        Raises:
            OutputFailed: when it cannot be written.
        """
        write_atomically(path, content, root=self.folder, step=self.step, mode=mode)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else change the registry.

        Raises:
            Conflict: when it is not a registry, or another process does not end.
        """
        if not (self.folder / ONLINE).is_file():
            raise Conflict(
                f"the folder {self.folder} holds no registry", "`pybridge registry init` makes one"
            )
        with locked(self.folder / _LOCK, root=self.folder, work="publishing"):
            yield

    def _key(self, name: str) -> PrivateKey:
        return PrivateKey.of(_content(self.folder / name).decode("ascii").strip())

    def _read(self, name: str) -> Metadata[Any]:
        from tuf.api.metadata import Metadata

        found: Metadata[Any] = Metadata.from_bytes(_content(self.metadata / name))
        return found


def _content(path: Path) -> bytes:
    try:
        content, size = read_regular(path, root=None, most=layout.MOST_BYTES)
    except OSError as error:
        raise DocumentUnreadable.of(path, error) from error
    if size > layout.MOST_BYTES:
        raise DocumentUnreadable(path, "broken", f"larger than {layout.MOST_BYTES:,} bytes")
    return content
