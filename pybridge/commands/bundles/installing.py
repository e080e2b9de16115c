"""Install, update and remove bundles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pybridge
from pybridge.bundles.keys.trusted import Trust
from pybridge.bundles.refusals import Refused
from pybridge.bundles.registry.releases import STABLE
from pybridge.bundles.store import installing
from pybridge.bundles.store.checking import read_folder
from pybridge.bundles.store.installing import NotInstalled, Status
from pybridge.bundles.store.state import State, read_state
from pybridge.bundles.verification import Host, Verified, verify
from pybridge.bundles.versions import BUNDLE_ID, is_version, this_platform, version_key
from pybridge.caches import data_folder
from pybridge.commands.bundles.catalogs import Catalog, open_catalog
from pybridge.commands.bundles.keys import trust
from pybridge.commands.bundles.reading import Source, read_source, refusing, verified
from pybridge.errors import DocumentUnreadable, UsageError

_SUFFIX = ".zip"


@dataclass(frozen=True)
class Wanted:
    """A bundle that is looked for by its id."""

    id: str
    version: str | None
    """None for the newest."""

    @classmethod
    def of(cls, text: str) -> Wanted:
        """Read ID or ID@VERSION.

        Raises:
            UsageError: when it is neither.
        """
        name, at, version = text.partition("@")
        if not BUNDLE_ID.fullmatch(name) or (at and not is_version(version)):
            raise UsageError(f"neither a file nor an id: {text!r}", "such as echo or echo@1.0.0")
        return cls(name, version or None)


def bundles_folder() -> Path:
    """Return the folder of installed bundles.

    Raises:
        DataUnsafe: when other users could have put something there.
    """
    return data_folder("bundles")


def this_host() -> Host:
    """Return what bundles are verified for before they are installed."""
    return Host(pybridge.__version__, this_platform())


def install_bundle(
    given: str,
    *,
    place: str | None = None,
    channel: str = STABLE,
    allow_downgrade: bool = False,
) -> dict[str, Any]:
    """Verify and install a bundle; return an item of cli-installed.v1.

    Args:
        given: A file or folder; or ID or ID@VERSION where a place is named.
        place: Where bundles are looked for by id: a folder, or the address of a registry.
        channel: Of the registry.
        allow_downgrade: Whether a version older than one that was installed is accepted.

    Raises:
        Refused: when a rule is broken; nothing is changed.
        UsageError: when there is no such bundle.
        OutputFailed: when it cannot be written; nothing is changed.
    """
    if place is not None:
        wanted = Wanted.of(given)
        catalog = open_catalog(place, channel)
        return _install_found(wanted, catalog, allow_downgrade=allow_downgrade)
    if channel != STABLE:
        raise UsageError("a file has no channel", "name a registry: --from URL")
    path = Path(given)
    if not path.exists() and "/" not in given and not given.endswith(_SUFFIX):
        raise UsageError(f"no file {given!r}", "to install by id, say where from: --from URL|DIR")
    source = read_source(path)
    known = trust()
    return install_verified(
        source, verified(source, known, this_host()), known, allow_downgrade=allow_downgrade
    )


def install_verified(
    source: Source, bundle: Verified, known: Trust, *, allow_downgrade: bool
) -> dict[str, Any]:
    """Install a bundle that was verified; return an item of cli-installed.v1.

    Raises:
        Refused: when it may not follow what was installed.
        OutputFailed: when it cannot be written.
    """
    with refusing(source.path):
        done = installing.install(bundles_folder(), bundle, known, allow_downgrade=allow_downgrade)
    return _to_json(done.state, done.status)


def update_bundles(which: str | None, place: str, channel: str = STABLE) -> list[dict[str, Any]]:
    """Install the newest version of one bundle, or of all that are installed; return cli-installed.v1.

    Raises:
        NotInstalled: when that bundle is not installed.
        Refused: when a rule is broken; bundles before it were updated.
    """
    states = [state for state in _states() if state.current]
    if which is not None:
        states = [state for state in states if state.id == which]
        if not states:
            raise NotInstalled(which, None)
    catalog = open_catalog(place, channel)
    return [_updated(state, catalog) for state in states]


def uninstall_bundle(given: str, *, forget: bool = False) -> dict[str, Any]:
    """Remove a bundle, or with ID@VERSION one version that is not in use; return an item of cli-installed.v1.

    Args:
        given: ID or ID@VERSION.
        forget: Whether its newest version and its publisher are forgotten, too.

    Raises:
        NotInstalled: when it is not installed.
        InUse: when that version is in use.
    """
    wanted = Wanted.of(given)
    if forget and wanted.version:
        raise UsageError("--forget is about all versions", "name the bundle alone")
    folder = bundles_folder()
    before = installing.uninstall(folder, wanted.id, wanted.version, forget=forget)
    if wanted.version:
        after = read_state(folder / wanted.id)
        assert after is not None
        return _to_json(after, "removed")
    return _removed(wanted.id, before)


def installed_bundles(*, check: bool = False) -> list[dict[str, Any]]:
    """Return what is installed as cli-installed.v1.

    Args:
        check: Whether every file is compared with its hash, which reads all of them.

    Raises:
        StateDamaged: when a record of what is installed cannot be read.
    """
    known = trust()
    return [
        _to_json(state, _status(state, known, check=check))
        for state in _states()
        if state.current is not None
    ]


def _states() -> list[State]:
    folder = bundles_folder()
    found = (read_state(each) for each in sorted(folder.iterdir()) if each.is_dir())
    return [state for state in found if state is not None]


def _status(state: State, known: Trust, *, check: bool) -> str:
    if known.is_revoked(state.key_id):
        return "revoked"
    if not check or state.current is None:
        return "installed"
    try:
        verify(read_folder(_folder(state)), known, this_host())
    except (Refused, DocumentUnreadable):
        return "damaged"
    return "installed"


def _install_found(wanted: Wanted, catalog: Catalog, *, allow_downgrade: bool) -> dict[str, Any]:
    yanked = catalog.yanked(wanted.id)
    if wanted.version is not None and wanted.version in yanked:
        problem = f"{wanted.id}@{wanted.version} was withdrawn: {yanked[wanted.version]}"
        raise Refused("yanked", problem)
    versions = [
        each
        for each in catalog.versions(wanted.id)
        if wanted.version in (None, each) and each not in yanked
    ]
    if not versions:
        name = f"{wanted.id}@{wanted.version}" if wanted.version else wanted.id
        raise UsageError(f"no bundle {name} for {this_platform()} there")
    version = max(versions, key=version_key)
    source = catalog.source(wanted.id, version)
    known = trust()
    bundle = verified(source, known, this_host())
    with refusing(source.path):
        if (bundle.manifest.id, bundle.manifest.version) != (wanted.id, version):
            found = f"{bundle.manifest.id}@{bundle.manifest.version}"
            raise Refused("other-bundle", f"its name says {wanted.id}@{version}, it is {found}")
    return install_verified(source, bundle, known, allow_downgrade=allow_downgrade)


def _updated(state: State, catalog: Catalog) -> dict[str, Any]:
    yanked = catalog.yanked(state.id)
    newer = [
        version
        for version in catalog.versions(state.id)
        if version_key(version) > version_key(state.current or state.newest)
        and version not in yanked
    ]
    if not newer:
        return _to_json(state, "unchanged")
    wanted = Wanted(state.id, max(newer, key=version_key))
    return _install_found(wanted, catalog, allow_downgrade=False)


def _folder(state: State) -> Path:
    return bundles_folder() / state.id / state.versions[str(state.current)].folder


def _to_json(state: State, status: Status | str) -> dict[str, Any]:
    return {
        "id": state.id,
        "version": state.current,
        "path": str(_folder(state)) if state.current else None,
        "keyId": state.key_id,
        "status": status,
        "versions": state.ordered,
    }


def _removed(bundle: str, before: State | None) -> dict[str, Any]:
    return {
        "id": bundle,
        "version": None,
        "path": None,
        "keyId": before.key_id if before else "",
        "status": "removed",
        "versions": [],
    }
