"""Commands for signed bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.distribution.publishing import channel
from pybridge.cli.output import answer, counted

_key = click.option("--key", metavar="KEY", help="Key to sign with (default: the default key).")


@click.group()
def bundle() -> None:
    """Build, sign and verify bundles.

    Example: pybridge bundle build bundle.json
    """


@bundle.command()
@click.argument("config", type=options.PATH)
@click.option("--platform", metavar="P", help="What it is built for (default: this machine).")
@click.option("--variant", metavar="V", help="A variant of the configuration.")
@_key
@click.option("--unsigned", is_flag=True, help="Leave out the signature, to sign it elsewhere.")
@click.option("--out", type=options.PATH, metavar="DIR", help="Folder (default: dist/plugins).")
@options.as_json
def build(
    config: Path,
    platform: str | None,
    variant: str | None,
    key: str | None,
    unsigned: bool,
    out: Path | None,
    as_json: bool,
) -> int:
    """Build a signed bundle from its configuration; runtimes go to dist/bundles.

    Example: pybridge bundle build bundle.json --platform linux_x86_64
    """
    from pybridge.commands.bundles.building import build_bundle

    done = build_bundle(
        config, platform=platform, variant=variant, key=key, is_signed=not unsigned, out=out
    )
    return answer(done, as_json, _tell)


@bundle.command()
@click.argument("file", type=options.PATH)
@_key
@options.as_json
def sign(file: Path, key: str | None, as_json: bool) -> int:
    """Sign a bundle, or write the plugin.sig beside a plugin.json.

    Example: pybridge bundle sign echo-1.0.0-linux_x86_64.zip --key release
    """
    from pybridge.commands.bundles.building import sign_bundle

    return answer(sign_bundle(file, key), as_json, _tell)


@bundle.command()
@click.argument("file", type=options.PATH)
@click.option("--key", metavar="PUBLIC", help="The only key to accept (default: the trusted keys).")
@options.as_json
def verify(file: Path, key: str | None, as_json: bool) -> int:
    """Check every rule for a bundle; what is wrong is one line that names the rule.

    Example: pybridge bundle verify echo-1.0.0-linux_x86_64.zip
    """
    from pybridge.commands.bundles.reading import verify_bundle

    return answer(verify_bundle(file, key), as_json, _tell)


@bundle.command()
@click.argument("file", type=options.PATH)
@options.as_json
def inspect(file: Path, as_json: bool) -> int:
    """Show what a bundle says about itself, whoever signed it.

    Example: pybridge bundle inspect echo-1.0.0-linux_x86_64.zip
    """
    from pybridge.commands.bundles.reading import inspect_bundle

    return answer(inspect_bundle(file), as_json, _tell_all)


_from = click.option(
    "--from", "place", metavar="URL|DIR", help="Where bundles are looked for by id."
)


@click.command()
@click.argument("what", metavar="FILE|ID[@VERSION]")
@_from
@channel
@click.option("--allow-downgrade", is_flag=True, help="Accept an older version than before.")
@options.as_json
def install(
    what: str, place: str | None, channel: str, allow_downgrade: bool, as_json: bool
) -> int:
    """Verify and install a bundle, whole or not at all.

    Example: pybridge install echo-1.0.0-linux_x86_64.zip
    """
    from pybridge.commands.bundles.installing import install_bundle

    done = install_bundle(what, place=place, channel=channel, allow_downgrade=allow_downgrade)
    return answer(done, as_json, tell_installed)


@click.command()
@click.option("--check", is_flag=True, help="Compare every file with its hash.")
@options.as_json
def installed(check: bool, as_json: bool) -> int:
    """List the installed bundles; ends with 1 if one is damaged, or its key revoked.

    Example: pybridge installed --check
    """
    from pybridge.commands.bundles.installing import installed_bundles

    found = installed_bundles(check=check)
    answer(found, as_json, _table)
    is_bad = any(each["status"] != "installed" for each in found)
    return terminal.EXIT_FAILED if is_bad else terminal.EXIT_DONE


@click.command()
@click.argument("what", metavar="ID[@VERSION]")
@click.option("--forget", is_flag=True, help="Forget its newest version and publisher, too.")
@options.as_json
def uninstall(what: str, forget: bool, as_json: bool) -> int:
    """Remove a bundle, or one version that is not in use.

    Example: pybridge uninstall echo
    """
    from pybridge.commands.bundles.installing import uninstall_bundle

    return answer(uninstall_bundle(what, forget=forget), as_json, tell_installed)


@click.command()
@click.argument("what", metavar="[ID]", required=False)
@click.option(
    "--from",
    "place",
    required=True,
    metavar="URL|DIR",
    help="Where newer versions are looked for.",
)
@channel
@options.as_json
def update(what: str | None, place: str, channel: str, as_json: bool) -> int:
    """Install newer versions of one bundle, or of all that are installed.

    Example: pybridge update echo --from dist/plugins
    """
    from pybridge.commands.bundles.installing import update_bundles

    return answer(update_bundles(what, place, channel), as_json, _table)


def tell_installed(done: dict[str, Any]) -> None:
    """Print what happened to a bundle."""
    version = f"@{done['version']}" if done["version"] else ""
    terminal.row(f"{done['status']}  {done['id']}{version}")


def _table(found: list[dict[str, Any]]) -> None:
    headings = ("id", "version", "status", "key", "versions")
    rows = [
        [each["id"], each["version"], each["status"], each["keyId"], ", ".join(each["versions"])]
        for each in found
    ]
    if rows:
        terminal.table(headings, rows)
    else:
        terminal.talk("nothing is installed")


def _tell(found: dict[str, Any]) -> None:
    parts = [f"{found['id']} {found['version']}", *found["platforms"]]
    terminal.row(found["path"])
    terminal.row(", ".join([*parts, counted(len(found["files"]), "file")]))
    terminal.row(f"signed by {found['keyId']}" if found["keyId"] else "not signed")


def _tell_all(found: dict[str, Any]) -> None:
    _tell({**found, "keyId": found["keyId"] or "a key that is not trusted, or nobody"})
    for each in found["files"]:
        terminal.row(f"{each['size']:>12,}  {each['path']}")
