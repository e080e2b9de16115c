"""Commands for registries of bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer

_folder = click.option(
    "--dir", "folder", type=options.PATH, default=Path("registry"), show_default=True,
    metavar="DIR", help="Folder of the registry.",
)  # fmt: skip


@click.group()
def registry() -> None:
    """Make a registry, from which bundles are installed by id.

    Example: pybridge registry init --root-key root
    """


@registry.command()
@click.option("--root-key", required=True, metavar="KEY", help="Key that signs its root.")
@click.option(
    "--publisher", "publishers", multiple=True, metavar="KEY[=ID]",
    help="Key that may publish; with `=ID` these bundles only, `*` for any characters.",
)  # fmt: skip
@_folder
@options.as_json
def init(root_key: str, publishers: tuple[str, ...], folder: Path, as_json: bool) -> int:
    """Make a registry; any web server can serve its folder `public`.

    Example: pybridge registry init --root-key root --publisher release
    """
    from pybridge.commands.bundles.publishing import init_registry

    return answer(init_registry(folder, root_key, publishers), as_json, _tell_made)


@registry.command()
@_folder
@options.as_json
def refresh(folder: Path, as_json: bool) -> int:
    """Sign anew what expires within a week; run it every day.

    Example: pybridge registry refresh --dir registry
    """
    from pybridge.commands.bundles.publishing import refresh_registry

    return answer(refresh_registry(folder), as_json, _tell_refreshed)


@registry.command()
@click.argument("what", metavar="ID@VERSION")
@click.option(
    "--reason", required=True, metavar="TEXT", help="Why; who wants to install it reads it."
)
@_folder
@click.option("--key", metavar="KEY", help="Key of the publisher (default: the default key).")
@options.as_json
def yank(what: str, reason: str, folder: Path, key: str | None, as_json: bool) -> int:
    """Withdraw a version, so that nobody installs it any more.

    Example: pybridge registry yank echo@1.0.0 --reason 'deletes notes'
    """
    from pybridge.commands.bundles.publishing import yank_bundle

    return answer(yank_bundle(what, reason, folder, key), as_json, _tell_published)


@click.command()
@click.argument("files", nargs=-1, required=True, type=options.PATH, metavar="FILE…")
@click.option(
    "--registry", "folder", type=options.PATH, required=True, metavar="DIR",
    help="Folder of the registry.",
)  # fmt: skip
@click.option("--key", metavar="KEY", help="Key of the publisher (default: the default key).")
@options.as_json
def publish(files: tuple[Path, ...], folder: Path, key: str | None, as_json: bool) -> int:
    """Publish bundles in a registry, all of them or none; a version never changes.

    Example: pybridge publish dist/plugins/echo/1.0.0/linux_x86_64/*.zip --registry registry
    """
    from pybridge.commands.bundles.publishing import publish_bundles

    return answer(publish_bundles(files, folder, key), as_json, _tell_published)


def _tell_made(done: dict[str, Any]) -> None:
    terminal.row(f"serve  {done['path']}")
    terminal.row(f"root   {done['root']}")


def _tell_refreshed(done: dict[str, Any]) -> None:
    terminal.row(f"refreshed  {done['path']}")


def _tell_published(done: dict[str, Any]) -> None:
    for path in done["published"]:
        terminal.row(f"published  {path}")
    if not done["published"]:
        terminal.row("unchanged")
