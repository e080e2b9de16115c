"""The commands around the script store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pybridge import report
from pybridge.cli import options
from pybridge.cli.tools import scripts
from pybridge.engines import EngineChoice
from pybridge.project.discover import Project, find_project

_KINDS = click.Choice(["macro", "transform", "utility"])


def _found(project: Path | None) -> Project:
    found = find_project(Path.cwd(), project)
    report.notes(found.settings.warnings)
    return found


def _out(value: Any, as_json: bool, tell: Callable[[Any], None]) -> int:
    if as_json:
        report.document(value)
    else:
        tell(value)
    return report.EXIT_DONE


@scripts.command("show")
@click.argument("name", metavar="NAME")
@options.project
@options.as_json
def show(name: str, project: Path | None, as_json: bool) -> int:
    """Show a script: what is known of it, who uses it, its text.

    NAME is its slug, an alias, its id or its path.

    Example: pybridge scripts show youtube
    """
    from pybridge.commands.store import show as showing

    return _out(showing(_found(project), name), as_json, _tell_script)


def _tell_script(value: Mapping[str, Any]) -> None:
    script = value["script"]
    keys = ("path", "id", "title", "kind", "entrypoint", "enabled", "version", "updatedAt")
    rows = [(key, _plain(script[key])) for key in keys]
    rows += [("aliases", ", ".join(script["aliases"]))] if script["aliases"] else []
    rows += [("used in", f"{use['path']} ({use['count']}×)") for use in value["uses"]]
    report.table(("", ""), rows)
    report.text(f"\n{value['content']}")
    for problem in script["problems"]:
        report.problem(problem)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


@scripts.command("new")
@click.argument("title")
@click.option("--kind", type=_KINDS, default="macro", show_default=True)
@click.option("--slug", metavar="NAME", help="Its name in documents; default: from the title.")
@options.project
@options.as_json
def new(title: str, kind: str, slug: str | None, project: Path | None, as_json: bool) -> int:
    """Write a new script with a header.

    Example: pybridge scripts new "Photo map" --kind macro
    """
    from pybridge.commands.store import new as creating

    return _out(creating(_found(project), title, kind, slug), as_json, _tell_change)


@scripts.command("rename")
@click.argument("name", metavar="NAME")
@click.argument("slug", metavar="NEW_NAME")
@click.option("--title", metavar="TEXT", help="Give it a new title too.")
@click.option("--update-documents", is_flag=True, help="Rewrite its uses in documents.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
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
    """Rename a script: its slug and its file; its history goes with it.

    Example: pybridge scripts rename map atlas --update-documents --dry-run
    """
    from pybridge.commands.store import rename as renaming

    done = renaming(
        _found(project),
        name,
        slug,
        title=title,
        update_documents=update_documents,
        dry_run=dry_run,
    )
    return _out(done, as_json, _tell_change)


@scripts.command("alias")
@click.argument("name", metavar="NAME")
@click.option("--add", "added", multiple=True, metavar="ALIAS", help="A further name for it.")
@click.option("--remove", "removed", multiple=True, metavar="ALIAS", help="A name it is to lose.")
@click.option("--update-documents", is_flag=True, help="Rewrite uses of lost names to its slug.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
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
    """Give a script further names, or take some away: ALIASES in its source, nothing else.

    Example: pybridge scripts alias map --add atlas --remove chart --update-documents
    """
    from pybridge.commands.store import alias as aliasing

    if not added and not removed:
        raise click.UsageError("say what to do: --add ALIAS or --remove ALIAS")
    done = aliasing(
        _found(project),
        name,
        added,
        removed,
        update_documents=update_documents,
        dry_run=dry_run,
    )
    return _out(done, as_json, _tell_change)


def _switch(enabled: bool) -> Callable[..., int]:
    verb = "enable" if enabled else "disable"

    @click.argument("name", metavar="NAME")
    @click.option("--add-header", is_flag=True, help="Write a header where there is none.")
    @options.project
    @options.as_json
    def command(name: str, add_header: bool, project: Path | None, as_json: bool) -> int:
        from pybridge.commands.store import enable

        return _out(
            enable(_found(project), name, enabled, header=add_header), as_json, _tell_change
        )

    effect = "Let documents call a script." if enabled else "Keep documents from calling a script."
    command.__doc__ = f"{effect}\n\n    Example: pybridge scripts {verb} map\n    "
    return scripts.command(verb)(command)


enable, disable = _switch(True), _switch(False)


@scripts.command("delete")
@click.argument("name", metavar="NAME")
@options.project
@options.as_json
def delete(name: str, project: Path | None, as_json: bool) -> int:
    """Delete a script; `restore` brings it back.

    Example: pybridge scripts delete map
    """
    from pybridge.commands.store import delete as deleting

    return _out(deleting(_found(project), name), as_json, _tell_change)


@scripts.command("restore")
@click.argument("name", metavar="NAME")
@click.argument("version", metavar="[HASH]", required=False)
@options.project
@options.as_json
def restore(name: str, version: str | None, project: Path | None, as_json: bool) -> int:
    """Bring back an earlier content of a script: the latest, or the one whose hash begins so.

    Example: pybridge scripts restore map 3f9a
    """
    from pybridge.commands.store import restore as restoring

    return _out(restoring(_found(project), name, version), as_json, _tell_change)


def _tell_change(value: Mapping[str, Any]) -> None:
    would = "" if value["done"] else "would be "
    origin = f"{value['previousPath']} → " if value["previousPath"] else ""
    report.text(f"{would}{value['action']}  {origin}{value['path']}  version {value['version']}\n")
    for document in value["documents"]:
        for place in document["places"]:
            where = f"{document['path']}:{place['line']}:{place['column']}"
            old = f"[[{value['previousSlug']}]] " if value["previousSlug"] else ""
            report.text(f"  {where}  {old}→ [[{value['slug']}]]\n")
    report.notes(value["notes"])


@scripts.command("search")
@click.argument("words", nargs=-1, required=True)
@options.project
@options.as_json
def search(words: Sequence[str], project: Path | None, as_json: bool) -> int:
    """Find scripts by words in title, slug and text; the best first.

    Example: pybridge scripts search photo lightbox
    """
    from pybridge.commands.store import search as searching

    return _out(searching(_found(project), " ".join(words)), as_json, _tell_found)


def _tell_found(found: Sequence[Mapping[str, Any]]) -> None:
    rows = [(each["slug"], each["path"], each["excerpt"]) for each in found]
    report.table(("slug", "path", "excerpt"), rows)


@scripts.command("history")
@click.argument("name", metavar="NAME")
@options.project
@options.as_json
def history(name: str, project: Path | None, as_json: bool) -> int:
    """List the earlier contents of a script, the latest first.

    Example: pybridge scripts history map
    """
    from pybridge.commands.store import history as looking_back

    return _out(looking_back(_found(project), name), as_json, _tell_history)


def _tell_history(value: Mapping[str, Any]) -> None:
    rows = [
        (each["sha256"][:12], f"version {each['version']}", each["event"], each["at"], each["path"])
        for each in value["versions"]
    ]
    report.table(("hash", "version", "ended by", "at", "path"), rows)
    gone = ", deleted" if value["deleted"] else ""
    report.talk(f"{value['path']}{gone}: {len(rows)} earlier contents")


@click.command()
@click.option(
    "--prefer",
    type=click.Choice(["disk", "index"]),
    default="disk",
    show_default=True,
    help="Whose metadata holds; `index` writes headers and brings deleted files back.",
)
@options.project
@options.as_json
def sync(prefer: str, project: Path | None, as_json: bool) -> int:
    """Bring the index up to the files. No other command needs this: they look at the files.

    Example: pybridge sync
    """
    from pybridge.commands.syncing import sync as syncing

    side: Any = prefer
    return _out(syncing(_found(project), prefer=side), as_json, _tell_sync)


@click.command()
@options.project
@options.as_json
def rebuild(project: Path | None, as_json: bool) -> int:
    """Make the index anew from the files.

    Example: pybridge rebuild
    """
    from pybridge.commands.syncing import sync as syncing

    return _out(syncing(_found(project), fresh=True), as_json, _tell_sync)


def _tell_sync(value: Mapping[str, Any]) -> None:
    for path in value["written"]:
        report.text(f"written  {path}\n")
    report.text("".join(f"{line}\n" for line in _lines(value)))
    for clash in value["conflicting"]:
        report.caution(_clash(clash))
    for problem in value["problems"]:
        report.problem(problem)
    report.notes(value["notes"])
    counts = value["index"]
    report.talk(f"{counts['scripts']:,} scripts and {counts['documents']:,} documents in the index")


def _lines(value: Mapping[str, Any]) -> list[str]:
    """Return what differs, a line each."""
    lines = [f"{name:<7}  {path}" for name in ("added", "changed") for path in value[name]]
    lines += [f"moved    {move['from']} → {move['to']}" for move in value["moved"]]
    lines += [f"removed  {path}" for path in value["removed"]]
    return [*lines, *([f"{value['documents']} documents"] if value["documents"] else [])]


def _clash(clash: Mapping[str, Any]) -> str:
    winner, *others = clash["paths"]
    if clash["kind"] == "path":
        return f"{winner} and {', '.join(others)} are one file on other systems"
    return f"{clash['kind']} {clash['value']!r}: {winner} wins over {', '.join(others)}"


@click.command()
@click.option("--check", is_flag=True, help="Exit code 1 if there is a difference.")
@options.project
@options.as_json
def diff(check: bool, project: Path | None, as_json: bool) -> int:
    """Show what files and index do not agree on, field by field.

    `sync` brings the index to the files, `sync --prefer index` the files to the index.

    Example: pybridge diff
    """
    from pybridge.commands.syncing import diff as comparing

    found = comparing(_found(project))
    _out(found, as_json, _tell_diff)
    return report.EXIT_FAILED if check and not found["same"] else report.EXIT_DONE


def _tell_diff(value: Mapping[str, Any]) -> None:
    for each in value["differences"]:
        origin = f"{each['from']} → " if "from" in each else ""
        report.text(f"{each['state']:<7}  {origin}{each['path']}\n")
        rows = [
            (f"  {field['field']}", _short(field["disk"]), "≠", _short(field["index"]))
            for field in each["fields"]
        ]
        report.table(
            ("field", "disk", "", "index"), rows if each["state"] in ("changed", "moved") else []
        )
    for clash in value["conflicting"]:
        report.caution(_clash(clash))
    if value["same"]:
        report.talk("files and index agree")


def _short(value: object) -> str:
    text = _plain(value)
    return text if len(text) <= 40 else f"{text[:12]}…"


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@options.project
@options.as_json
def seed(dry_run: bool, project: Path | None, as_json: bool) -> int:
    """Bring the built-in macros into the project, and unmodified ones up to date.

    What was modified is kept, with the difference shown; what was deleted stays away.

    Example: pybridge seed --dry-run
    """
    from pybridge.commands.seed import seed as seeding

    return _out(seeding(_found(project), dry_run=dry_run), as_json, _tell_seeding)


def _tell_seeding(value: Mapping[str, Any]) -> None:
    would = "" if value["done"] else "would be "
    for each in value["scripts"]:
        is_change = each["action"] in ("seeded", "upgraded")
        report.text(f"{would if is_change else ''}{each['action']}  {each['path']}\n")
        report.text(each.get("diff", ""))


@click.command()
@click.option("--out", type=options.PATH, metavar="DIR", help="Default: .pybridge/preview.")
@click.option("--html", is_flag=True, help="Convert to pages.")
@options.engine
@options.project
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line after each change.")
def watch(
    out: Path | None, html: bool, engine: EngineChoice, project: Path | None, as_json: bool
) -> int:
    """Re-render the documents that a saved script or document concerns, until interrupted.

    Example: pybridge watch --out out --html
    """
    from pybridge.commands.watch import WatchRequest
    from pybridge.commands.watch import watch as watching

    request = WatchRequest(_found(project), engine, out, html)
    for turn in watching(request):
        if as_json:
            report.line(turn)
        else:
            _tell_turn(turn)
    return report.EXIT_DONE


def _tell_turn(turn: Mapping[str, Any]) -> None:
    report.text("".join(f"{line}\n" for line in _lines(turn)))
    for problem in turn["problems"]:
        report.problem(problem)
    for clash in turn["conflicting"]:
        report.caution(_clash(clash))
    for each in turn["rendered"]:
        report.text(f"  rendered {each['path']} → {each['target']}  ({each['macros']} macros)\n")
        for problem in each["errors"]:
            report.problem(problem)
    report.notes(turn["notes"])
    time = f"{turn['ms']:,.0f} ms from save to output" if turn["ms"] is not None else "up to date"
    report.text(f"{len(turn['rendered'])} documents, {time}\n")
