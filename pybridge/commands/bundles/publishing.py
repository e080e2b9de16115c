"""Publish bundles in registries: build, verify, upload, register, publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pybridge.bundles.building.config import of_variant, read_config
from pybridge.bundles.keys.ed25519 import PrivateKey
from pybridge.bundles.keys.trusted import Trust, TrustedKey
from pybridge.bundles.registry import publications
from pybridge.bundles.registry.checked import checked_release
from pybridge.bundles.registry.object_store import open_store
from pybridge.bundles.registry.releases import ANY_PLATFORM, CHANNELS, STABLE, Release
from pybridge.bundles.registry.remote import Outcome, RemoteRegistry
from pybridge.bundles.registry.roles import require_packages
from pybridge.bundles.registry.server import Server
from pybridge.commands.bundles.building import build_bundle
from pybridge.commands.bundles.mcp_listing import server_json
from pybridge.commands.bundles.reading import read_source, refusing
from pybridge.commands.bundles.registries import is_address, registry_in, signing_key
from pybridge.errors import UsageError
from pybridge.formats.json_text import dump_json
from pybridge.storage.atomic import write_atomically
from pybridge.storage.token_file import token_in

_CONFIGURATIONS = (".json", ".toml")


@dataclass(frozen=True)
class Listing:
    """A `server.json` to write; see `mcp_listing`."""

    path: Path
    name: str
    address: str


@dataclass(frozen=True)
class Publication:
    """What is published, and how."""

    files: Sequence[Path]
    """Archives, and configurations that are built first."""
    key: str | None = None
    """Name or path of the publisher's key; None for the default one."""
    channel: str = STABLE
    platforms: Sequence[str] = ()
    """Those that a version is declared for; empty for those of the files."""
    variant: str | None = None
    """Of the configurations."""
    only: Sequence[str] = ()
    """Platforms for which configurations are built; empty for all of theirs."""
    notes: str = ""
    store: str | None = None
    """Where archives are put; None to send them to the server."""
    is_dry_run: bool = False
    listing: Listing | None = None
    """What registries of MCP servers are told."""


def publish_bundles(
    what: Publication, registries: Sequence[str], tokens: Sequence[str] = ()
) -> dict[str, Any]:
    """Publish bundles in each registry, in order; return cli-publish.v1. The first failure ends it.

    Args:
        what: The bundles.
        registries: Folders, and addresses of servers.
        tokens: One for all servers, or one for each.

    Raises:
        UsageError: when the bundles cannot be listed as asked for; nothing is published then.
        Refused: when a bundle breaks a rule, or the publisher did not sign it.
        Conflict: when a version is published with another content.
        RegistryRefused: when a server refuses.
        RegistryUnreachable: when a server does not answer; another run completes the work.
        OutputFailed: when it cannot be written.
    """
    require_packages()
    if what.channel not in CHANNELS:
        raise UsageError(f"no channel {what.channel!r}", f"choose one of {', '.join(CHANNELS)}")
    if what.store is not None and not all(map(is_address, registries)):
        raise UsageError("--store is about servers", "a folder has its own archives")
    publisher = signing_key(what.key)
    places = _with_tokens(registries, tokens, publisher)
    releases, declared = _releases(what, publisher)
    listing = what.listing
    listed = server_json(releases, listing.name, listing.address) if listing else None
    done: list[dict[str, Any]] = []
    for place, remote in places:
        outcome = _published(what, place, remote, publisher, releases, declared)
        done.append({"registry": place, "published": outcome.published, "waiting": outcome.waiting})
    paths = list(dict.fromkeys(path for each in done for path in each["published"]))
    report = {
        "channel": what.channel,
        "dryRun": what.is_dry_run,
        "published": paths,
        "registries": done,
    }
    if listing is None:
        return report
    if not what.is_dry_run:
        write_atomically(listing.path, f"{dump_json(listed, indent=2)}\n".encode())
    return {**report, "serverJson": str(listing.path)}


def _with_tokens(registries: Sequence[str], tokens: Sequence[str], publisher: PrivateKey) -> list[tuple[str, RemoteRegistry | None]]:  # fmt: skip
    """Return each registry, with what asks its server; a token is for one server, or for all."""
    addresses = [each for each in registries if is_address(each)]
    if len(tokens) not in (1, len(addresses)) and addresses:
        raise UsageError(f"{len(addresses)} servers, {len(tokens)} tokens", "give one --token-file, or one for each")  # fmt: skip
    own = iter(tokens if len(tokens) == len(addresses) else [*tokens] * len(addresses))
    now = datetime.now(UTC)
    return [
        (
            each,
            RemoteRegistry(Server.of(each, next(own)), publisher, now)
            if is_address(each)
            else None,
        )
        for each in registries
    ]


def _published(
    what: Publication,
    place: str,
    remote: RemoteRegistry | None,
    publisher: PrivateKey,
    releases: Sequence[Release],
    declared: Sequence[str],
) -> Outcome:
    if remote is None:
        call = publications.would_publish if what.is_dry_run else publications.publish
        registry = registry_in(Path(place))
        return Outcome(call(registry, releases, publisher, what.channel, declared), [])
    if what.is_dry_run:
        return remote.would_publish(releases, declared, what.channel)
    if what.store is not None:
        remote = RemoteRegistry(remote.server, publisher, remote.now, open_store(what.store))
    return remote.publish(releases, declared, what.channel, what.notes)


def _releases(what: Publication, publisher: PrivateKey) -> tuple[list[Release], list[str]]:
    """Return the archives, each verified, and the platforms that their versions are declared for."""
    own = Trust([TrustedKey(publisher.public, "publisher")])
    found: list[Release] = []
    declared = set(what.platforms)
    for path in what.files:
        archives = [path]
        if path.suffix in _CONFIGURATIONS:
            archives, platforms = _built(what, path)
            declared |= set() if what.platforms else set(platforms)
        found += [_verified(each, own) for each in archives]
    return found, sorted(declared)


def _verified(path: Path, own: Trust) -> Release:
    source = read_source(path)
    if source.content is None:
        raise UsageError(f"{path} is a folder", "publish the archive")
    with refusing(path):
        return checked_release(source.content, own)[0]


def _built(what: Publication, path: Path) -> tuple[list[Path], list[str]]:
    """Build a configuration; return its archives, and the platforms that it is for."""
    config = read_config(path)
    if config.is_runtime:
        return [Path(build_bundle(path, key=what.key)["path"])], [ANY_PLATFORM]
    fields = of_variant(config, what.variant)
    platforms = list(fields["platforms"])
    unknown = sorted(set(what.only) - set(platforms))
    if unknown:
        raise UsageError(f"{path} is not for {', '.join(unknown)}", f"it is for {', '.join(platforms)}")  # fmt: skip
    targets = [each for each in platforms if not what.only or each in what.only]
    if not fields.get("workers"):
        targets, platforms = targets[:1], [ANY_PLATFORM]
    done = [build_bundle(path, platform=each, variant=what.variant, key=what.key) for each in targets]  # fmt: skip
    return [Path(each["path"]) for each in done], platforms


def read_token(path: Path) -> str:
    """Return the token in a file.

    Raises:
        UsageError: when others can read the file, or it holds no token.
        DocumentUnreadable: when it cannot be read.
    """
    return token_in(path, "`pybridge registry token new NAME` makes one")
