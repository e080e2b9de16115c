"""Commands for registries of bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.distribution.publishing import token_file
from pybridge.cli.output import answer

_folder = click.option(
    "--dir", "folder", type=options.PATH, default=Path("registry"), show_default=True,
    metavar="DIR", help="Folder of the registry.",
)  # fmt: skip
_root_key = click.option(
    "--root-key", required=True, metavar="KEY", help="Key that signs its root."
)


@click.group()
def registry() -> None:
    """Make a registry, from which bundles are installed by id.

    Example: pybridge registry init --root-key root
    """


@registry.command()
@_root_key
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
    from pybridge.commands.bundles.registries import init_registry

    return answer(init_registry(folder, root_key, publishers), as_json, _tell_made)


@registry.command()
@_folder
@options.as_json
def refresh(folder: Path, as_json: bool) -> int:
    """Sign anew what expires within a week; run it every day.

    Example: pybridge registry refresh --dir registry
    """
    from pybridge.commands.bundles.registries import refresh_registry

    return answer(refresh_registry(folder), as_json, _tell_refreshed)


@registry.command()
@_root_key
@click.option("--new-root-key", metavar="KEY", help="Root key that takes its place.")
@click.option("--new-online-key", is_flag=True, help="Replace the key in the folder, too.")
@_folder
@options.as_json
def renew(
    root_key: str, new_root_key: str | None, new_online_key: bool, folder: Path, as_json: bool
) -> int:
    """Sign the root for another year, and replace keys; clients follow by themselves.

    Example: pybridge registry renew --root-key root --new-root-key root-2
    """
    from pybridge.commands.bundles.registries import renew_registry

    done = renew_registry(folder, root_key, new_root_key, replaces_online=new_online_key)
    return answer(done, as_json, _tell_renewed)


@registry.command()
@click.argument("what", metavar="ID@VERSION")
@click.option(
    "--reason", required=True, metavar="TEXT", help="Why; who wants to install it reads it."
)
@_folder
@click.option("--registry", "address", metavar="URL", help="Server of the registry, not a folder.")
@click.option("--key", metavar="KEY", help="Key of the publisher (default: the default key).")
@token_file
@options.as_json
def yank(
    what: str,
    reason: str,
    folder: Path,
    address: str | None,
    key: str | None,
    token_files: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Withdraw a version, so that nobody installs it any more.

    Example: pybridge registry yank echo@1.0.0 --reason 'deletes notes'
    """
    from pybridge.commands.bundles.publishing import read_token
    from pybridge.commands.bundles.registries import yank_bundle

    tokens = [read_token(path) for path in token_files]
    done = yank_bundle(what, reason, address or str(folder), key, next(iter(tokens), None))
    return answer(done, as_json, _tell_published)


@registry.group()
def publisher() -> None:
    """Say which keys may publish.

    Example: pybridge registry publisher add 'release=acme-*' --root-key root
    """


@publisher.command("add")
@click.argument("key", metavar="KEY[=ID]")
@_root_key
@_folder
@options.as_json
def add_publisher(key: str, root_key: str, folder: Path, as_json: bool) -> int:
    """Let a key publish, or change of which bundles.

    Example: pybridge registry publisher add 'release=acme-*' --root-key root
    """
    from pybridge.commands.bundles import registries

    return answer(registries.add_publisher(folder, root_key, key), as_json, _tell_renewed)


@publisher.command("remove")
@click.argument("key", metavar="PUBLIC")
@_root_key
@_folder
@options.as_json
def remove_publisher(key: str, root_key: str, folder: Path, as_json: bool) -> int:
    """Let a key publish no longer; its bundles are not installed from here any more.

    Example: pybridge registry publisher remove release --root-key root
    """
    from pybridge.commands.bundles import registries

    return answer(registries.remove_publisher(folder, root_key, key), as_json, _tell_renewed)


@registry.command()
@_folder
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 for any.")  # fmt: skip
@click.option("--base-url", metavar="URL", help="How others reach it (default: the address).")
@click.option("--store", metavar="S3-URL|DIR", help="Where archives are (default: the folder).")
def serve(folder: Path, host: str, port: int, base_url: str | None, store: str | None) -> int:
    """Serve a registry over HTTP, until Ctrl-C: everybody installs, who has a token publishes.

    Example: pybridge registry serve --port 8000
    """
    from pybridge.registry.serving import serve_registry

    def tell(address: str) -> None:
        terminal.row(f"serving  {address}")

    serve_registry(folder, host=host, port=port, base_url=base_url, store=store, on_start=tell)
    return terminal.EXIT_DONE


@registry.group()
def token() -> None:
    """Make and revoke the tokens with which publishers reach the server.

    Example: pybridge registry token new ci > token
    """


@token.command("new")
@click.argument("name")
@_folder
def new_token(name: str, folder: Path) -> int:
    """Print a new token, once: only its hash is kept.

    Example: pybridge registry token new ci > token
    """
    from pybridge.registry import administration

    terminal.row(administration.new_token(folder, name))
    return terminal.EXIT_DONE


@token.command("list")
@_folder
@options.as_json
def list_tokens(folder: Path, as_json: bool) -> int:
    """List the tokens by name.

    Example: pybridge registry token list
    """
    from pybridge.registry import administration

    return answer(administration.tokens(folder), as_json, _tell_tokens)


@token.command("revoke")
@click.argument("name")
@_folder
def revoke_token(name: str, folder: Path) -> int:
    """Accept a token no longer.

    Example: pybridge registry token revoke ci
    """
    from pybridge.registry import administration

    administration.revoke_token(folder, name)
    terminal.row(f"revoked  {name}")
    return terminal.EXIT_DONE


@registry.command()
@_folder
@options.as_json
def audit(folder: Path, as_json: bool) -> int:
    """Print who registered, published and withdrew what, oldest first.

    Example: pybridge registry audit
    """
    from pybridge.registry import administration

    return answer(administration.audit(folder), as_json, _tell_audit)


def _tell_made(done: dict[str, Any]) -> None:
    terminal.row(f"serve  {done['path']}")
    terminal.row(f"root   {done['root']}")


def _tell_refreshed(done: dict[str, Any]) -> None:
    terminal.row(f"refreshed  {done['path']}")


def _tell_renewed(done: dict[str, Any]) -> None:
    terminal.row(f"signed  {done['path']}")


def _tell_published(done: dict[str, Any]) -> None:
    for path in done["published"]:
        terminal.row(f"published  {path}")
    if not done["published"]:
        terminal.row("unchanged")


def _tell_tokens(found: list[dict[str, Any]]) -> None:
    rows = [[each["name"], each["created"], each["revoked"] or "valid"] for each in found]
    terminal.table(("name", "created", "revoked"), rows)


def _tell_audit(found: list[dict[str, Any]]) -> None:
    if not found:
        terminal.talk("nothing was registered or published")
    for each in found:
        terminal.row(f"{each['time']}  {each['token']}  {each['action']}  {each['outcome']}")
