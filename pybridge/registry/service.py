"""What the server of a registry does, without HTTP."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry import views
from pybridge.bundles.registry.accepting import Change
from pybridge.bundles.registry.checked import checked_release
from pybridge.bundles.registry.publications import accept, publishers, require_publisher
from pybridge.bundles.registry.releases import Releases, archive_path
from pybridge.bundles.registry.repository import Registry
from pybridge.bundles.registry.store import Store, read_whole, require_name
from pybridge.errors import Conflict, PybridgeError, UsageError
from pybridge.registry.database import Database, Registered
from pybridge.storage.atomic import Step

_MOST_VIEWS = 8


@dataclass
class Service:
    """A registry, and what is remembered of it."""

    folder: Path
    base_url: str
    """The address that the catalog names, without a slash at its end."""
    elsewhere: Store | None = None
    """Where the archives are; None for the folder."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    step: Step = lambda _: None
    _reading: threading.Lock = field(default_factory=threading.Lock)
    _verifying: threading.Lock = field(default_factory=threading.Lock)
    """An archive is in memory meanwhile."""
    _views: dict[int, views.Published] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        """The registry now."""
        return Registry(self.folder, self.clock(), self.step, self.elsewhere)

    @property
    def database(self) -> Database:
        """What is remembered."""
        return Database(self.folder)

    @property
    def time(self) -> str:
        """This moment, RFC 3339."""
        return f"{self.clock():%Y-%m-%dT%H:%M:%SZ}"

    def health(self) -> dict[str, Any]:
        """Return whether clients accept the registry, and until when."""
        signed = self.registry.current().timestamp.signed
        ok = signed.expires > self.clock()
        found = {
            "ok": ok,
            "snapshot": signed.snapshot_meta.version,
            "expires": f"{signed.expires:%Y-%m-%dT%H:%M:%SZ}",
        }
        return (
            found if ok else {**found, "hint": "expired; run `pybridge registry refresh` every day"}
        )

    def register(self, token: str, value: Mapping[str, Any]) -> bool:
        """Register an archive that was uploaded; return False where it is registered already.

        Raises:
            UsageError: when there is no such archive.
            Refused: when it is not what the request says, or no publisher of the registry signed it.
            Conflict: when the version has another archive, or other platforms.
        """
        with self._verifying:
            found = self._registered(value)
        number = self.database.begin(self.time, token, "register", _named(found))
        return bool(self._ended(number, lambda: self.database.register(found, self.time)))

    def releases(self, plugin_id: str, version: str) -> dict[str, Any]:
        """Return what is registered for a version."""
        found = self.database.releases(plugin_id, version)
        platforms = list(found[0].platforms) if found else []
        return {"platforms": platforms, "releases": [each.to_json() for each in found]}

    def publish(self, token: str, text: str, channel: str | None) -> dict[str, Any]:
        """Let what a publisher signed hold.

        Args:
            token: Whose request it is.
            text: The signed targets.
            channel: The only one in which versions may appear; None for a request that only withdraws some.

        Raises:
            Outdated: when somebody else published meanwhile.
            Refused: when it changes more than it may, or a version appears that is not complete.
        """
        database = self.database
        number = database.begin(self.time, token, "publish", {"channel": channel})

        def require(change: Change) -> None:
            self._require_complete(change, channel)
            database.end(number, "begun", _told(change))

        change = self._ended(number, lambda: accept(self.registry, text.encode("utf-8"), require))
        return _told(change)

    def published(self, snapshot: int | None = None) -> views.Published:
        """Return what is published, or was when a snapshot held; the last ones are kept.

        Raises:
            DocumentUnreadable: when there is no such snapshot.
        """
        with self._reading:
            version = snapshot or self.registry.current().snapshot.signed.version
            if version not in self._views:
                found = views.published(self.registry, version)
                while len(self._views) >= _MOST_VIEWS:
                    del self._views[next(iter(self._views))]
                self._views[version] = found
            return self._views[version]

    def index(self, channel: str, snapshot: int | None = None) -> bytes:
        """Return the catalog of a channel."""
        return views.index(self.published(snapshot), channel, self.base_url)

    def signature(self, channel: str, snapshot: int | None = None) -> bytes:
        """Return the signature of `index`."""
        return views.signature(self.registry, self.index(channel, snapshot))

    def pointer(self, channel: str) -> bytes:
        """Return what names the catalog that holds."""
        found = self.published()
        digest = hashlib.sha256(views.index(found, channel, self.base_url)).hexdigest()
        return views.pointer(found, channel, digest)

    def _ended(self, number: int, work: Callable[[], Any]) -> Any:
        """Do the work of an entry of the log, and write down how it ended."""
        try:
            done = work()
        except PybridgeError as error:
            self.database.end(number, f"refused: {error.what()}")
            raise
        self.database.end(number, "done")
        return done

    def _registered(self, value: Mapping[str, Any]) -> Registered:
        name = value["artifact_key"]
        digest = require_name(name)
        if digest != value["artifact_sha256"]:
            raise UsageError("artifact_key and artifact_sha256 are of two files")
        content = read_whole(self.registry.store, name)
        if hashlib.sha256(content).hexdigest() != digest:
            raise Refused("registry-content", f"{name}: another content")
        release, signer = checked_release(content, publishers(self.registry))
        said = (value["plugin_id"], value["version"], value["platform"])
        if (release.id, release.version, release.platform) != said:
            found = f"{release.id}@{release.version} for {release.platform}"
            raise Refused("other-bundle", f"{name}: it is {found}")
        require_publisher(self.registry, signer, archive_path(*said))
        platforms = tuple(sorted(set(value.get("platforms") or [release.platform])))
        if release.platform not in platforms:
            raise UsageError(f"{release.platform} is not among the declared platforms")
        return Registered(*said, name, digest, len(content), platforms, value.get("notes", ""))

    def _require_complete(self, change: Change, channel: str | None) -> None:
        if change.is_nothing:
            raise Conflict("nothing is published that is not there", "name a new version")
        for version, releases in change.appeared:
            if releases.channel != channel:
                problem = f"{releases.id}@{version} is for the channel {releases.channel}"
                raise Refused("registry-channel", problem)
            self._require_registered(version, releases, change)

    def _require_registered(self, version: str, releases: Releases, change: Change) -> None:
        """Refuse a version of which a declared platform is missing, or an archive was not registered."""
        known = {each.platform: each for each in self.database.releases(releases.id, version)}
        offered = releases.versions[version]
        declared = {name for each in known.values() for name in each.platforms}
        missing = sorted(declared - offered.keys())
        if missing:
            raise Refused(
                "registry-platforms", f"{releases.id}@{version}: {', '.join(missing)} is missing"
            )
        for platform in offered:
            path = archive_path(releases.id, version, platform)
            target = change.archives.get(path)
            found = known.get(platform)
            if target is not None and (found is None or found.artifact_sha256 != target.hashes["sha256"] or found.size != target.length):  # fmt: skip
                raise Refused("registry-content", f"{path} was not registered")


def _named(found: Registered) -> dict[str, Any]:
    return {"plugin_id": found.plugin_id, "version": found.version, "platform": found.platform, "sha256": found.artifact_sha256}  # fmt: skip


def _told(change: Change) -> dict[str, Any]:
    return {
        "publisher": change.role,
        "published": sorted(change.archives),
        "appeared": sorted(
            {f"{each.id}@{version} {each.channel}" for version, each in change.appeared}
        ),
        "yanked": {f"{each.id}@{version}": each.yanked[version] for version, each in change.yanked},
    }
