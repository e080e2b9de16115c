"""The command that publishes bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer

_CHANNELS = ("stable", "beta", "nightly")
token_file = click.option(
    "--token-file", "token_files", multiple=True, type=options.PATH, metavar="FILE",
    help="Holds the token for the server; one for all servers, or one for each.",
)  # fmt: skip
channel = click.option(
    "--channel", type=click.Choice(_CHANNELS), default=_CHANNELS[0], show_default=True,
    help="Channel of the versions.",
)  # fmt: skip


@click.command()
@click.argument("files", nargs=-1, required=True, type=options.PATH, metavar="FILE…")
@click.option(
    "--registry", "registries", multiple=True, required=True, metavar="URL|DIR",
    help="Registry: the address of its server, or its folder; several are published in, in order.",
)  # fmt: skip
@click.option("--key", metavar="KEY", help="Key of the publisher (default: the default key).")
@channel
@click.option(
    "--platform", "platforms", multiple=True, metavar="P",
    help="Platform that the version is for; it appears when all are there (default: those of the files).",
)  # fmt: skip
@click.option("--only", multiple=True, metavar="P", help="Build a configuration for this platform only.")  # fmt: skip
@click.option("--variant", metavar="V", help="A variant of the configuration.")
@click.option("--notes", default="", metavar="TEXT", help="What is new, for people.")
@token_file
@click.option("--store", metavar="S3-URL|DIR", help="Store of the server, to put archives there.")
@click.option("--server-json", type=options.PATH, metavar="FILE", help="Write a listing for registries of MCP servers.")  # fmt: skip
@click.option("--server-name", metavar="NAME", help="Name in the listing: io.github.OWNER/NAME.")
@click.option(
    "--download-url", metavar="URL",
    help="Where the archives will be, for the listing; with {id}, {version}, {platform}, {file}.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Build and verify, and say what would be published.")
@options.as_json
def publish(
    files: tuple[Path, ...],
    registries: tuple[str, ...],
    token_files: tuple[Path, ...],
    as_json: bool,
    dry_run: bool,
    server_json: Path | None,
    server_name: str | None,
    download_url: str | None,
    **how: Any,
) -> int:
    """Publish bundles in registries, all of them or none; a version never changes.

    FILE is an archive, or a configuration (.json, .toml) that is built first. A run after a failure completes the work.

    Example: pybridge publish bundle.json --registry https://bundles.example.org/ --token-file token
    """
    from pybridge.commands.bundles.publishing import (
        Listing,
        Publication,
        publish_bundles,
        read_token,
    )

    given = {each is None for each in (server_json, server_name, download_url)}
    if len(given) > 1:
        raise click.UsageError("--server-json, --server-name and --download-url are given together")
    listing = Listing(server_json, server_name or "", download_url or "") if server_json else None
    what = Publication(files, is_dry_run=dry_run, listing=listing, **how)
    tokens = [read_token(path) for path in token_files]
    return answer(publish_bundles(what, registries, tokens), as_json, _tell)


def _tell(done: dict[str, Any]) -> None:
    word = "would publish" if done["dryRun"] else "published"
    for each in done["registries"]:
        if len(done["registries"]) > 1:
            terminal.row(each["registry"])
        for path in each["published"]:
            terminal.row(f"{word}  {path}")
        for platform in each["waiting"]:
            terminal.row(f"waiting for  {platform}")
        if not each["published"] and not each["waiting"]:
            terminal.row("unchanged")
    if "serverJson" in done:
        terminal.row(f"{'would write' if done['dryRun'] else 'wrote'}  {done['serverJson']}")
