"""Commands for the keys of bundles."""

from __future__ import annotations

from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer


@click.group()
def keys() -> None:
    """Make keys that sign bundles, and say whose bundles are accepted.

    Example: pybridge keys new
    """


@keys.command()
@click.argument("name", required=False)
@options.as_json
def new(name: str | None, as_json: bool) -> int:
    """Make a key pair, trust it, and let it be the default one.

    Example: pybridge keys new release
    """
    from pybridge.commands.bundles.keys import new_key

    return answer(new_key(name), as_json, _tell)


@keys.command()
@click.argument("key", required=False)
@options.as_json
def show(key: str | None, as_json: bool) -> int:
    """Show a key by its name or id, or the default one; its private half is never shown.

    Example: pybridge keys show release
    """
    from pybridge.commands.bundles.keys import shown_key

    return answer(shown_key(key), as_json, _tell)


@keys.command()
@click.argument("key")
@click.option("--name", metavar="NAME", help="Its name on this machine.")
@click.option(
    "--only", multiple=True, metavar="ID", help="A bundle that it may sign; `*` for any characters."
)
@options.as_json
def trust(key: str, name: str | None, only: tuple[str, ...], as_json: bool) -> int:
    """Accept bundles that a key signed: a file of a public key, or its base64.

    Example: pybridge keys trust ed25519.public --name acme --only 'acme-*'
    """
    from pybridge.commands.bundles.keys import trust_key

    return answer(trust_key(key, name, only), as_json, _tell)


@keys.command("list")
@options.as_json
def list_keys(as_json: bool) -> int:
    """List the keys that are trusted, revoked, or on this machine.

    Example: pybridge keys list
    """
    from pybridge.commands.bundles.keys import listed_keys

    return answer(listed_keys(), as_json, _table)


@keys.command()
@click.argument("key")
@options.as_json
def revoke(key: str, as_json: bool) -> int:
    """Never accept bundles of a key again, by its name or id.

    Example: pybridge keys revoke acme
    """
    from pybridge.commands.bundles.keys import revoke_key

    return answer(revoke_key(key), as_json, _tell)


def _tell(key: dict[str, Any]) -> None:
    for name in ("name", "id", "public", "status"):
        terminal.row(f"{name:<8} {key[name]}")
    if key["bundles"]:
        terminal.row(f"{'only':<8} {', '.join(key['bundles'])}")
    if key["private"]:
        default = ", the default one" if key["default"] else ""
        terminal.row(f"{'private':<8} on this machine{default}")


def _table(found: list[dict[str, Any]]) -> None:
    headings = ("name", "id", "status", "bundles", "private")
    rows = [
        [
            each["name"],
            each["id"],
            each["status"],
            ", ".join(each["bundles"]) or "all",
            "default" if each["default"] else "here" if each["private"] else "–",
        ]
        for each in found
    ]
    if rows:
        terminal.table(headings, rows)
    else:
        terminal.talk("no keys; `pybridge keys new` makes one")
