"""Publish at a server: upload, register, then sign what is published.

Each step can be repeated: what is there already stays, so that a run after a failure completes the work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.accepting import MOST_BYTES, read_targets
from pybridge.bundles.registry.checked import checked_release
from pybridge.bundles.registry.client import RegistryUnreachable
from pybridge.bundles.registry.drafts import Draft
from pybridge.bundles.registry.releases import Release, archive_path, is_index
from pybridge.bundles.registry.server import RegistryRefused, Server
from pybridge.bundles.registry.store import Store, require_name
from pybridge.errors import Conflict
from pybridge.formats.json_text import decode_json
from pybridge.storage.atomic import Step

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Targets

OUTDATED = 412
"""The status with which a server answers when somebody else published meanwhile."""
_TRIES = 8
_RELEASES = "admin/plugins/releases"
_ARTIFACTS = "admin/plugins/artifacts"


@dataclass(frozen=True)
class Outcome:
    """What a publication changed."""

    published: list[str]
    """Paths of the archives that appeared."""
    waiting: list[str]
    """Platforms that are declared and missing: nothing appears before they are there."""


@dataclass(frozen=True)
class RemoteRegistry:
    """A registry behind a server, for one publisher."""

    server: Server
    publisher: PrivateKey
    now: datetime
    store: Store | None = None
    """Where archives are put; None to send them to the server."""
    step: Step = lambda _: None
    """Called before each request with its name; what it raises ends the work."""

    def publish(self, releases: Sequence[Release], platforms: Sequence[str], channel: str, notes: str) -> Outcome:  # fmt: skip
        """Publish archives; each version appears when all its platforms are there.

        Args:
            releases: The archives.
            platforms: Those that each version is declared for; empty for those of *releases*.
            channel: Where they appear.
            notes: What is new, for people.

        Raises:
            Conflict: when a version is there with another content.
            RegistryRefused: when the server refuses.
            RegistryUnreachable: when the server does not answer; another run completes the work.
        """
        waiting: list[str] = []
        ready: list[Release] = []
        for own in _by_version(releases):
            declared = sorted(set(platforms) or {each.platform for each in own})
            for each in own:
                self._register(each, declared, notes)
            others, missing = self._others(own)
            waiting += missing
            ready += [] if missing else [*own, *others]

        def change(draft: Draft) -> list[str]:
            return [path for each in ready if (path := draft.add(each, channel))]

        return Outcome(self._changed(change, channel) if ready else [], waiting)

    def would_publish(
        self, releases: Sequence[Release], platforms: Sequence[str], channel: str
    ) -> Outcome:
        """Return what `publish` would add of *releases*, without sending anything."""
        draft = self._draft()
        paths, waiting = [], []
        for own in _by_version(releases):
            known, _ = self._registered(own[0])
            present = {each.platform for each in own} | known.keys()
            missing = sorted(set(platforms) - present)
            waiting += missing
            paths += [] if missing else [path for each in own if (path := draft.add(each, channel))]
        return Outcome(paths, waiting)

    def yank(self, bundle: str, version: str, reason: str) -> Outcome:
        """Withdraw a version.

        Raises:
            Conflict: when there is no such version of this publisher.
        """
        return Outcome(self._changed(lambda draft: draft.yank(bundle, version, reason), None), [])

    def _register(self, release: Release, platforms: Sequence[str], notes: str) -> None:
        digest = hashlib.sha256(release.content).hexdigest()
        path = PurePosixPath(archive_path(release.id, release.version, release.platform))
        name = str(path.with_name(f"{digest}.{path.name}"))
        self._put(name, release.content)
        self.step("register")
        value = {
            "plugin_id": release.id,
            "version": release.version,
            "platform": release.platform,
            "artifact_key": name,
            "artifact_sha256": digest,
            "platforms": list(platforms),
            "notes": notes,
        }
        self.server.call("POST", _RELEASES, value)

    def _put(self, name: str, content: bytes) -> None:
        self.step("upload")
        if self.store is not None:
            self.store.create(name, content)
        elif self.server.size(f"{_ARTIFACTS}/{name}") != len(content):
            self.server.upload(f"{_ARTIFACTS}/{name}", content)

    def _others(self, own: Sequence[Release]) -> tuple[list[Release], list[str]]:
        """Return the archives of other platforms, each verified here, and the platforms that are missing."""
        known, declared = self._registered(own[0])
        missing = sorted(declared - known.keys())
        if missing:
            return [], missing
        others = known.keys() - {each.platform for each in own}
        return [self._staged(own[0], each, known[each]) for each in sorted(others)], []

    def _registered(self, release: Release) -> tuple[dict[str, str], set[str]]:
        """Return the names of the archives of a version by platform, and the platforms that it is declared for."""
        self.step("look")
        query = f"plugin_id={release.id}&version={release.version}"
        with self._understanding():
            found = self.server.call("GET", f"{_RELEASES}?{query}")
            names = {str(each["platform"]): str(each["artifact_key"]) for each in found["releases"]}
            return names, set(map(str, found["platforms"]))

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        """Refuse an answer that has not the form of a registry's."""
        try:
            yield
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise RegistryUnreachable(self.server.url, "not the answer of a registry") from error

    def _staged(self, first: Release, platform: str, name: str) -> Release:
        content = self._file(name)
        found, _ = checked_release(content, self._own())
        if (found.id, found.version, found.platform) != (first.id, first.version, platform):
            raise Refused("other-bundle", f"{name}: it is {found.id}@{found.version}")
        return found

    def _own(self) -> Trust:
        return Trust([TrustedKey(self.publisher.public, "publisher")])

    def _changed(self, change: Callable[[Draft], list[str]], channel: str | None) -> list[str]:
        """Sign what *change* makes of what was signed before, until nobody comes between."""
        for _ in range(_TRIES):
            draft = self._draft()
            changed = change(draft)
            if not changed:
                return []
            for name, content in draft.stored().items():
                if is_index(name):  # archives were registered
                    self._put(name, content)
            text = draft.signed(self.publisher, self.now).decode("utf-8")
            self.step("publish")
            value = {"targets": text, **({"channel": channel} if channel else {})}
            try:
                self.server.call("POST", "admin/plugins/catalog/publish", value)
            except RegistryRefused as refused:
                if refused.status != OUTDATED:
                    raise
                continue
            return changed
        raise Conflict(f"{self.server.url}: others publish all the time", "try again later")

    def _draft(self) -> Draft:
        """Return what this publisher signed last, whatever the server says: its own signature tells."""
        role = self.publisher.public.id
        self.step("read")
        timestamp = self._versions("timestamp.json")
        snapshot = self._versions(f"{timestamp.get('snapshot.json', 0)}.snapshot.json")
        if f"{role}.json" not in snapshot:
            raise Conflict(f"{self.server.url} does not accept bundles of the key {role}")
        targets = read_targets(self._fetched(f"metadata/{snapshot[f'{role}.json']}.{role}.json"))
        _require_own(targets, self.publisher)
        return Draft(targets, self._file)

    def _versions(self, name: str) -> dict[str, int]:
        """Return the versions that metadata names, by file."""
        content = self._fetched(f"metadata/{name}")
        with self._understanding():
            meta = decode_json(content.decode("utf-8"))["signed"]["meta"]
            return {str(file): int(each["version"]) for file, each in meta.items()}

    def _fetched(self, path: str) -> bytes:
        content = self.server.fetch(path, MOST_BYTES)
        if content is None:
            raise RegistryUnreachable(self.server.url, f"no {path}")
        return content

    def _file(self, name: str) -> bytes:
        """Return a file of the registry, which its name proves."""
        digest = require_name(name)
        content = self.server.fetch(f"targets/{name}")
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            raise Refused("registry-content", f"{self.server.url}: {name}: missing, or changed")
        return content


def _by_version(releases: Sequence[Release]) -> list[list[Release]]:
    """Return the releases, those of one version together."""
    found: dict[tuple[str, str], list[Release]] = {}
    for each in releases:
        found.setdefault((each.id, each.version), []).append(each)
    return list(found.values())


def _require_own(targets: Metadata[Targets], publisher: PrivateKey) -> None:
    from securesystemslib.exceptions import UnverifiedSignatureError

    from pybridge.bundles.registry.roles import signer_of

    key = signer_of(publisher).public_key
    try:
        key.verify_signature(targets.signatures[key.keyid], targets.signed_bytes)
    except (KeyError, UnverifiedSignatureError) as error:
        problem = f"not what the key {publisher.public.id} signed"
        raise Refused("registry-signature", problem) from error
