"""Install a verified bundle: into a folder that nothing refers to, then one file is replaced.

Until that moment the former version is installed, and from then on the new one. A folder that the state does not name is
what a run left that was killed; the next one removes it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pybridge.bundles.keys.trusted import Trust
from pybridge.bundles.manifests.plugin import PluginManifest
from pybridge.bundles.refusals import Refused
from pybridge.bundles.store.checking import is_intact
from pybridge.bundles.store.state import (
    FILE,
    State,
    StateDamaged,
    Version,
    read_state,
    write_state,
)
from pybridge.bundles.verification import Verified
from pybridge.bundles.versions import version_key
from pybridge.errors import Conflict, OutputFailed, UsageError
from pybridge.storage.atomic import SCRATCH_SUFFIX, Step, fill, settle
from pybridge.storage.lock import locked
from pybridge.storage.own_folder import open_folder

_LOCK = "lock"
_WAIT_S = 60.0

Status = Literal["installed", "updated", "unchanged"]


@dataclass(frozen=True)
class Installed:
    """A bundle after it was installed."""

    state: State
    status: Status
    folder: Path
    """Of the version in use."""


def _no_step(_: str) -> None:
    return


def install(
    root: Path,
    bundle: Verified,
    trust: Trust,
    *,
    allow_downgrade: bool = False,
    step: Step = _no_step,
) -> Installed:
    """Install a bundle, whole or not at all; one process at a time for each bundle.

    Args:
        root: The folder of all bundles.
        bundle: The bundle.
        trust: Says which keys are revoked.
        allow_downgrade: Whether an older version than one that was installed is accepted.
        step: Called before each operation with its name; what it raises ends the installation.

    Raises:
        Refused: when it is older than what was installed, or from another publisher, or the same version
            with another content.
        OutputFailed: when it cannot be written; nothing is changed.
    """
    manifest = bundle.manifest
    folder = root / manifest.id
    with _alone(root, folder):
        state = read_state(folder)
        require_successor(state, bundle, trust, allow_downgrade=allow_downgrade)
        _remove_leftovers(folder, state, step)
        known = state.versions.get(manifest.version) if state else None
        if state and known and is_intact(folder / known.folder, bundle):
            return _chosen(folder, state, bundle, known, step)
        made = Version(
            f"{manifest.version}-{secrets.token_hex(4)}", bundle.signer.key.id, bundle.digest
        )
        after = _with_version(state, bundle, made)
        _add(folder, after, made, bundle, step)
        _remove_leftovers(folder, after, step)
    status: Status = "updated" if state and state.current else "installed"
    return Installed(after, status, folder / made.folder)


def require_successor(
    state: State | None, bundle: Verified, trust: Trust, *, allow_downgrade: bool
) -> None:
    """Return if a bundle may follow what was installed.

    Raises:
        Refused: when it may not.
    """
    if state is None:
        return
    version, key_id = bundle.manifest.version, bundle.signer.key.id
    if key_id != state.key_id and not trust.is_revoked(state.key_id):
        problem = f"{state.id} was signed by the key {state.key_id} before, this one by {key_id}"
        hint = "revoke the former key if its owner has a new one"
        raise Refused("publisher", problem, hint)
    known = state.versions.get(version)
    if known and known.digest != bundle.digest:
        raise Refused("version-changed", f"{version} is installed with another content")
    if version_key(version) < version_key(state.newest) and not allow_downgrade:
        problem = f"{version} is older than {state.newest}, which was installed"
        raise Refused("downgrade", problem, "--allow-downgrade installs it nevertheless")


def uninstall(
    root: Path, bundle: str, version: str | None, *, forget: bool = False, step: Step = _no_step
) -> State | None:
    """Remove all versions of a bundle, or one that is not in use; return the state before.

    What was the newest version, and who signed it, stays known unless it is to be forgotten.

    Raises:
        NotInstalled: when there is none.
        InUse: when that version is in use.
        OutputFailed: when it cannot be removed.
    """
    folder = root / bundle
    if not folder.is_dir():
        raise NotInstalled(bundle, version)
    with _alone(root, folder):
        if forget:
            step("forget")
            before = _state_if_sound(folder)
            (folder / FILE).unlink(missing_ok=True)
            _remove_leftovers(folder, None, step)
            return before
        state = read_state(folder)
        if state is None or not state.versions or (version and version not in state.versions):
            raise NotInstalled(bundle, version)
        if version is not None and version == state.current:
            raise InUse(bundle, version)
        kept = {
            each: state.versions[each] for each in state.versions if version and each != version
        }
        after = replace(state, current=state.current if version else None, versions=kept)
        write_state(folder, after, step)
        _remove_leftovers(folder, after, step)
    return state


class NotInstalled(UsageError):
    """A bundle, or a version of it, is not on this machine."""

    def __init__(self, bundle: str, version: str | None) -> None:
        name = f"{bundle}@{version}" if version else bundle
        super().__init__(f"{name} is not installed", "`pybridge installed` shows what is")


class InUse(Conflict):
    """A version cannot be removed alone, for it is the one in use."""

    def __init__(self, bundle: str, version: str) -> None:
        hint = f"install another version first, or remove all: pybridge uninstall {bundle}"
        super().__init__(f"{bundle}@{version} is in use", hint)


@contextmanager
def _alone(root: Path, folder: Path) -> Iterator[None]:
    work = f"installing {folder.name}"
    with locked(folder / _LOCK, root=root, wait_s=_WAIT_S, work=work):
        yield


def _state_if_sound(folder: Path) -> State | None:
    try:
        return read_state(folder)
    except StateDamaged:
        return None


def _chosen(folder: Path, state: State, bundle: Verified, known: Version, step: Step) -> Installed:
    """Use a version that is installed and intact."""
    place = folder / known.folder
    if state.current == bundle.manifest.version:
        return Installed(state, "unchanged", place)
    after = _with_version(state, bundle, known)
    write_state(folder, after, step)
    return Installed(after, "updated", place)


def _with_version(state: State | None, bundle: Verified, made: Version) -> State:
    version = bundle.manifest.version
    newest = max((state.newest if state else version), version, key=version_key)
    versions = {**(state.versions if state else {}), version: made}
    return State(bundle.manifest.id, version, newest, made.key_id, versions)


def _add(folder: Path, after: State, made: Version, bundle: Verified, step: Step) -> None:
    """Write the files, then the state that names them; a failure before that leaves no files."""
    place = folder / made.folder
    try:
        _write(folder, place, bundle, step)
        write_state(folder, after, step)
    except Exception as error:  # a killed run leaves them to the next one
        if not _is_named(folder, made):
            shutil.rmtree(place, ignore_errors=True)
        if isinstance(error, OSError):
            raise OutputFailed(place, error) from error
        raise


def _is_named(folder: Path, made: Version) -> bool:
    state = _state_if_sound(folder)
    return state is not None and made in state.versions.values()


def _write(folder: Path, place: Path, bundle: Verified, step: Step) -> None:
    """Write all files into a new folder, and to the medium."""
    with open_folder(folder, place, make=True):
        pass
    for path in bundle.files.names():
        _write_file(place, path, bundle, step)
    for inner in _folders(bundle.files.names()):
        with open_folder(place, place / inner) as found:
            settle(found, step)
    with open_folder(folder, folder) as found:
        settle(found, step)


def _write_file(place: Path, path: str, bundle: Verified, step: Step) -> None:
    target = place / path
    is_program = path in executables_of(bundle)
    with open_folder(place, target.parent, make=True) as folder:
        step("make file")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        descriptor = folder.open(target.name, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            fill(file.fileno(), bundle.files.read(path), step)
        folder.set_mode(target.name, 0o755 if is_program else 0o644)


def executables_of(bundle: Verified) -> set[str]:
    """Return the files that are installed as programs: what is signed says so, not the archive."""
    manifest = bundle.manifest
    return manifest.executables if isinstance(manifest, PluginManifest) else set()


def _folders(names: list[str]) -> list[str]:
    """Return all folders of files, the innermost first."""
    found = {""}
    for name in names:
        parts = name.split("/")[:-1]
        found |= {"/".join(parts[:number]) for number in range(1, len(parts) + 1)}
    return sorted(found, key=lambda each: (-each.count("/"), each == "", each))


def _remove_leftovers(folder: Path, state: State | None, step: Step) -> None:
    """Remove what the state does not name, as far as the system allows it."""
    with suppress(OSError):
        _remove_unnamed(folder, state, step)


def _remove_unnamed(folder: Path, state: State | None, step: Step) -> None:
    named = {each.folder for each in state.versions.values()} if state else set()
    for place in sorted(folder.iterdir()):
        if place.is_dir() and not place.is_symlink() and place.name not in named:
            step("remove leftover")
            shutil.rmtree(place, ignore_errors=True)
        elif place.name.endswith(SCRATCH_SUFFIX):
            step("remove leftover")
            place.unlink(missing_ok=True)
