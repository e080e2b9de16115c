"""The command group `packages`: what scripts may import beside the standard library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer, counted, project_of
from pybridge.commands.projects import packages as work

_index = click.option("--index", metavar="URL", help="Package index (default: that of [packages]).")
_folder = click.option(
    "--find-links",
    type=options.PATH,
    metavar="DIR",
    help="A folder of wheels, instead of an index.",
)
_domain = click.option(
    "--domain", metavar="NAME", help="Only for scripts of this trust domain (default: for all)."
)


@click.group()
def packages() -> None:
    """Choose, lock and check the packages that scripts may import."""


def _with_place(command: Callable[..., int]) -> Callable[..., int]:
    return options.as_json(options.project(_folder(_index(command))))


@packages.command()
@_with_place
def lock(index: str | None, find_links: Path | None, project: Path | None, as_json: bool) -> int:
    """Choose versions and write pybridge.lock; fetch the wheels.

    Example: pybridge packages lock --find-links wheels
    """
    place = work.Place(index, find_links)
    return answer(work.lock(project_of(project), place), as_json, _tell_locked)


@packages.command()
@click.argument("requirement")
@_domain
@_with_place
def add(
    requirement: str,
    domain: str | None,
    index: str | None,
    find_links: Path | None,
    project: Path | None,
    as_json: bool,
) -> int:
    """Let scripts import a package, and lock.

    Example: pybridge packages add 'tabulate>=0.9' --find-links wheels
    """
    place = work.Place(index, find_links)
    done = work.add(project_of(project), requirement, domain, place)
    return answer(done, as_json, _tell_locked)


@packages.command()
@click.argument("name")
@_domain
@_with_place
def remove(
    name: str,
    domain: str | None,
    index: str | None,
    find_links: Path | None,
    project: Path | None,
    as_json: bool,
) -> int:
    """Let scripts import a package no longer, and lock.

    Example: pybridge packages remove tabulate --find-links wheels
    """
    place = work.Place(index, find_links)
    return answer(work.remove(project_of(project), name, domain, place), as_json, _tell_locked)


@packages.command("list")
@options.project
@options.as_json
def list_packages(project: Path | None, as_json: bool) -> int:
    """List the packages in pybridge.lock.

    Example: pybridge packages list
    """
    return answer(work.listed(project_of(project)), as_json, _tell)


@packages.command()
@options.project
@options.as_json
def licenses(project: Path | None, as_json: bool) -> int:
    """List the licences of the packages, as their metadata say.

    Example: pybridge packages licenses
    """
    return answer(work.listed(project_of(project)), as_json, _tell_licences)


@packages.command()
@click.argument("name")
@options.project
@options.as_json
def why(name: str, project: Path | None, as_json: bool) -> int:
    """Show which requirements lead to a package.

    Example: pybridge packages why six
    """
    return answer(work.why(project_of(project), name), as_json, _tell_chains)


@packages.command()
@click.option(
    "--advisories",
    type=options.PATH,
    metavar="FILE",
    help="Known vulnerabilities, as JSON in the form of OSV.",
)
@options.project
@options.as_json
def check(advisories: Path | None, project: Path | None, as_json: bool) -> int:
    """Check lock, settings and wheels against each other, offline.

    Example: pybridge packages check --advisories osv.json
    """
    done = work.check(project_of(project), advisories)
    answer(done, as_json, _tell_problems)
    return terminal.EXIT_DONE if done["ok"] else terminal.EXIT_FAILED


def _tell_locked(done: Mapping[str, Any]) -> None:
    _tell(done)
    terminal.talk(f"wrote pybridge.lock: {counted(len(done['packages']), 'package')}")


def _tell(done: Mapping[str, Any]) -> None:
    if done["packages"]:
        rows = [
            (each["name"], each["version"], ", ".join(each["imports"]), ", ".join(each["domains"]))
            for each in done["packages"]
        ]
        terminal.table(("package", "version", "imports", "domains"), rows)


def _tell_licences(done: Mapping[str, Any]) -> None:
    if done["packages"]:
        rows = [
            (each["name"], each["version"], each["license"] or "–") for each in done["packages"]
        ]
        terminal.table(("package", "version", "licence"), rows)


def _tell_chains(done: Mapping[str, Any]) -> None:
    for chain in done["packages"][0]["chains"]:
        terminal.row(" → ".join(chain))


def _tell_problems(done: Mapping[str, Any]) -> None:
    for each in done["problems"]:
        terminal.row(f"{each['kind']}  {each['message']}")
    if done["ok"]:
        terminal.talk("no problems found")
