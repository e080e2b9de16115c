"""The command group `scripts`: list, show, change, search, restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import answer, plain, project_of
from pybridge.project.discover import project_or_built_ins

_KINDS = click.Choice(["macro", "transform", "utility"])


@click.group()
def scripts() -> None:
    """List, show and change a project's scripts."""


@scripts.command("list")
@options.project
@options.as_json
def list_scripts(project: Path | None, as_json: bool) -> int:
    """List the scripts: the project's own and the built-in ones.

    Example: pybridge scripts list
    """
    from pybridge.commands.scripts.listing import list_scripts as listing

    found, notes = listing(project_or_built_ins(Path.cwd(), project))
    terminal.notes(notes)
    if as_json:
        terminal.document(found)
    else:
        _tell_list(found)
    return terminal.EXIT_DONE


def _tell_list(scripts: Sequence[Mapping[str, Any]]) -> None:
    """Report a list of scripts."""
    rows = [
        (script["slug"], script["kind"], script["path"], *_remarks(script)) for script in scripts
    ]
    terminal.table(("slug", "kind", "path", "", ""), rows)


def _remarks(script: Mapping[str, Any]) -> tuple[str, str]:
    state = "" if script["enabled"] else "(disabled)"
    return state, "(has problems, see `pybridge check`)" if script["problems"] else ""


@scripts.command("show")
@click.argument("name", metavar="NAME")
@options.project
@options.as_json
def show(name: str, project: Path | None, as_json: bool) -> int:
    """Show a script: its metadata, the documents that use it, its text.

    NAME is its slug, an alias, its id or its path.

    Example: pybridge scripts show youtube
    """
    from pybridge.commands.scripts.store import show as showing

    found = project_or_built_ins(Path.cwd(), project)
    terminal.notes(found.settings.warnings)
    return answer(showing(found, name), as_json, _tell_script)


def _tell_script(value: Mapping[str, Any]) -> None:
    script = value["script"]
    keys = ("path", "id", "title", "kind", "entrypoint", "enabled", "version", "updatedAt")
    rows = [(key, plain(script[key])) for key in keys]
    rows += [("aliases", ", ".join(script["aliases"]))] if script["aliases"] else []
    rows += [("used in", f"{use['path']} ({use['count']}×)") for use in value["uses"]]
    terminal.table(("", ""), rows)
    terminal.text(f"\n{value['content']}")
    for problem in script["problems"]:
        terminal.problem(problem)


@scripts.command("new")
@click.argument("title")
@click.option("--kind", type=_KINDS, default="macro", show_default=True)
@click.option("--slug", metavar="NAME", help="Name in documents (default: from the title).")
@options.project
@options.as_json
def new(title: str, kind: str, slug: str | None, project: Path | None, as_json: bool) -> int:
    """Create a script with a header.

    Example: pybridge scripts new "Photo map" --kind macro
    """
    from pybridge.commands.scripts.store import open_store

    with open_store(project_of(project)) as store:
        done = store.create(title, kind, slug=slug)
    return answer(done.to_json(), as_json, _tell_change)


@scripts.command("rename")
@click.argument("name", metavar="NAME")
@click.argument("slug", metavar="NEW_NAME")
@click.option("--title", metavar="TEXT", help="New title.")
@click.option("--update-documents", is_flag=True, help="Update the documents that use it.")
@click.option("--dry-run", is_flag=True, help="Show the changes without making them.")
@options.project
@options.as_json
def rename(
    name: str,
    slug: str,
    title: str | None,
    update_documents: bool,
    dry_run: bool,
    project: Path | None,
    as_json: bool,
) -> int:
    """Rename a script, its slug and its file; the history is kept.

    Example: pybridge scripts rename map atlas --update-documents --dry-run
    """
    from pybridge.commands.scripts.store import open_store

    with open_store(project_of(project)) as store:
        done = store.rename(
            name, slug, title=title, update_documents=update_documents, dry_run=dry_run
        )
    status = answer(done.to_json(), as_json, _tell_change)
    return status if done.is_whole else terminal.EXIT_FAILED


@scripts.command("alias")
@click.argument("name", metavar="NAME")
@click.option("--add", "added", multiple=True, metavar="ALIAS", help="Alias to add.")
@click.option("--remove", "removed", multiple=True, metavar="ALIAS", help="Alias to remove.")
@click.option(
    "--update-documents", is_flag=True, help="Replace removed aliases by the slug in documents."
)
@click.option("--dry-run", is_flag=True, help="Show the changes without making them.")
@options.project
@options.as_json
def alias(
    name: str,
    added: Sequence[str],
    removed: Sequence[str],
    update_documents: bool,
    dry_run: bool,
    project: Path | None,
    as_json: bool,
) -> int:
    """Add or remove aliases: changes ALIASES in the script's source, nothing else.

    Example: pybridge scripts alias map --add atlas --remove chart --update-documents
    """
    from pybridge.commands.scripts.store import open_store

    if not added and not removed:
        raise click.UsageError("nothing to do: use --add ALIAS or --remove ALIAS")
    with open_store(project_of(project)) as store:
        done = store.change_aliases(
            name,
            added=added,
            removed=removed,
            update_documents=update_documents,
            dry_run=dry_run,
        )
    status = answer(done.to_json(), as_json, _tell_change)
    return status if done.is_whole else terminal.EXIT_FAILED


def _switch(enabled: bool) -> Callable[..., int]:
    verb = "enable" if enabled else "disable"

    @click.argument("name", metavar="NAME")
    @click.option("--add-header", is_flag=True, help="Write a header if there is none.")
    @options.project
    @options.as_json
    def command(name: str, add_header: bool, project: Path | None, as_json: bool) -> int:
        from pybridge.commands.scripts.store import open_store

        with open_store(project_of(project)) as store:
            done = store.enable(name, enabled, header=add_header)
        return answer(done.to_json(), as_json, _tell_change)

    effect = (
        "Enable a script for documents."
        if enabled
        else "Disable a script: documents can no longer call it."
    )
    command.__doc__ = f"{effect}\n\n    Example: pybridge scripts {verb} map\n    "
    return scripts.command(verb)(command)


enable, disable = _switch(True), _switch(False)


@scripts.command("delete")
@click.argument("name", metavar="NAME")
@options.project
@options.as_json
def delete(name: str, project: Path | None, as_json: bool) -> int:
    """Delete a script; `restore` undoes it.

    Example: pybridge scripts delete map
    """
    from pybridge.commands.scripts.store import open_store

    with open_store(project_of(project)) as store:
        done = store.delete(name)
    return answer(done.to_json(), as_json, _tell_change)


@scripts.command("restore")
@click.argument("name", metavar="NAME")
@click.argument("version", metavar="[HASH]", required=False)
@options.project
@options.as_json
def restore(name: str, version: str | None, project: Path | None, as_json: bool) -> int:
    """Restore an earlier version of a script: the latest, or the one whose hash starts with HASH.

    Example: pybridge scripts restore map 3f9a
    """
    from pybridge.commands.scripts.store import open_store

    with open_store(project_of(project), for_past=True) as store:
        done = store.restore(name, version)
    return answer(done.to_json(), as_json, _tell_change)


def _tell_change(value: Mapping[str, Any]) -> None:
    would = "" if value["done"] else "would be "
    origin = f"{value['previousPath']} → " if value["previousPath"] else ""
    terminal.row(f"{would}{value['action']}  {origin}{value['path']}  version {value['version']}")
    for document in value["documents"]:
        for place in document["places"]:
            where = f"{document['path']}:{place['line']}:{place['column']}"
            old = f"[[{value['previousSlug']}]] " if value["previousSlug"] else ""
            terminal.row(f"  {where}  {old}→ [[{value['slug']}]]")
    terminal.notes(value["notes"])


@scripts.command("search")
@click.argument("words", nargs=-1, required=True)
@options.project
@options.as_json
def search(words: Sequence[str], project: Path | None, as_json: bool) -> int:
    """Find scripts by words in title, slug and text, best match first.

    Example: pybridge scripts search photo lightbox
    """
    from pybridge.commands.scripts.store import search as searching

    return answer(searching(project_of(project), " ".join(words)), as_json, _tell_found)


def _tell_found(found: Sequence[Mapping[str, Any]]) -> None:
    rows = [(each["slug"], each["path"], each["excerpt"]) for each in found]
    terminal.table(("slug", "path", "excerpt"), rows)


@scripts.command("history")
@click.argument("name", metavar="NAME")
@options.project
@options.as_json
def history(name: str, project: Path | None, as_json: bool) -> int:
    """List the earlier versions of a script, latest first.

    Example: pybridge scripts history map
    """
    from pybridge.commands.scripts.store import history as looking_back

    return answer(looking_back(project_of(project), name), as_json, _tell_history)


def _tell_history(value: Mapping[str, Any]) -> None:
    rows = [
        (each["sha256"][:12], f"version {each['version']}", each["event"], each["at"], each["path"])
        for each in value["versions"]
    ]
    terminal.table(("hash", "version", "ended by", "at", "path"), rows)
    gone = ", deleted" if value["deleted"] else ""
    terminal.talk(f"{value['path']}{gone}: {len(rows)} earlier contents")
