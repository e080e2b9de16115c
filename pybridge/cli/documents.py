"""Commands for documents: render, watch, transform."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import clash_text, counted, differing, print_lines, project_of, read_stdin
from pybridge.engines import EngineChoice
from pybridge.errors import UsageError
from pybridge.errors.text import warning_text
from pybridge.project.discover import ProjectOrBuiltIns, project_or_built_ins

_LINK = re.compile(r"[a-z][a-z0-9+.-]+:/")


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH, metavar="PATH…")
@click.option(
    "--out",
    type=options.PATH,
    metavar="DIR",
    help="Write the documents to DIR, in the same folders.",
)
@click.option("--html", is_flag=True, help="Convert to HTML pages, with an index page.")
@click.option("--strict", is_flag=True, help="Fail on unknown macros and on what is nearly one.")
@click.option("--preview", is_flag=True, help="Show an error in place of each failed macro.")
@click.option(
    "--jsonl",
    is_flag=True,
    help="Filter: read one JSON document per line from stdin, write one per line.",
)
@options.engine
@options.project
@options.as_json
def render(
    paths: tuple[Path, ...],
    out: Path | None,
    html: bool,
    strict: bool,
    preview: bool,
    jsonl: bool,
    engine: EngineChoice,
    project: Path | None,
    as_json: bool,
) -> int:
    """Expand the macros in documents.

    Example: pybridge render posts --out out --html
    """
    if jsonl:
        if paths or out or html:
            raise UsageError(
                "--jsonl reads documents from stdin and takes no PATH, --out or --html"
            )
        return _render_lines(project_or_built_ins(Path.cwd(), project), engine, strict, preview)
    if not paths:
        raise UsageError("no documents named", "name files or folders, or use --jsonl")
    from pybridge.commands.work.render import render as render_documents
    from pybridge.commands.work.render_report import RenderRequest

    found = project_or_built_ins(paths[0], project)
    request = RenderRequest(paths, found, engine, out, html, preview)
    with terminal.progress("rendering") as bar:
        done = render_documents(request, whole_output=as_json, on_progress=bar)
    result = done.to_json()
    terminal.notes(done.notes)
    if as_json:
        terminal.document(result)
    else:
        if out is None:
            terminal.text("".join(entry.get("output", "") for entry in result["documents"]))
        _tell_rendered(result["documents"], result["stats"])
        if done.index is not None:
            terminal.talk(f"open {done.index}")
    return terminal.EXIT_FAILED if done.has_failed(strict=strict) else terminal.EXIT_DONE


def _render_lines(
    project: ProjectOrBuiltIns, engine: EngineChoice, strict: bool, preview: bool
) -> int:
    from pybridge.commands.session import open_session
    from pybridge.commands.work.lines import render_lines
    from pybridge.commands.work.render_report import is_unread

    def is_failure(line: dict[str, Any]) -> bool:
        failed = bool(line.get("error") or line.get("errors"))
        return failed or (strict and is_unread(line.get("warnings", ())))

    with open_session(project, engine) as session:
        terminal.notes(session.notes())
        return print_lines(render_lines(session, read_stdin, preview=preview), is_failure)


def _tell_rendered(documents: Sequence[Mapping[str, Any]], stats: Mapping[str, Any]) -> None:
    """Report the problems of each document, and how much was rendered."""
    for entry in documents:
        for found in entry["errors"]:
            terminal.problem(found)
        for found in entry["warnings"]:
            terminal.caution(warning_text(found, entry.get("path")))
    seconds = stats["renderMs"] / 1000
    terminal.talk(
        f"{counted(stats['documents'], 'document')}, {counted(stats['macros'], 'macro')}, "
        f"{stats['failed']:,} failed, "
        f"{stats['unknown']:,} unknown in {seconds:.2f} s "
        f"({stats['engine']} engine, up in {stats['bootMs'] / 1000:.2f} s)"
    )


@click.command()
@click.option(
    "--out", type=options.PATH, metavar="DIR", help="Output folder (default: .pybridge/preview)."
)
@click.option("--html", is_flag=True, help="Convert to HTML pages.")
@options.engine
@options.project
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line after each change.")
def watch(
    out: Path | None, html: bool, engine: EngineChoice, project: Path | None, as_json: bool
) -> int:
    """Render again what a saved script or document affects, until interrupted.

    Example: pybridge watch --out out --html
    """
    from pybridge.commands.work.watch import WatchRequest
    from pybridge.commands.work.watch import watch as watching

    request = WatchRequest(project_of(project), engine, out, html)
    for turn in watching(request):
        if as_json:
            terminal.line(turn)
        else:
            _tell_turn(turn)
    return terminal.EXIT_DONE


def _tell_turn(turn: Mapping[str, Any]) -> None:
    for line in differing(turn):
        terminal.row(line)
    for problem in turn["problems"]:
        terminal.problem(problem)
    for clash in turn["conflicting"]:
        terminal.caution(clash_text(clash))
    for each in turn["rendered"]:
        terminal.row(f"  rendered {each['path']} → {each['target']}  ({each['macros']} macros)")
        for problem in each["errors"]:
            terminal.problem(problem)
    terminal.notes(turn["notes"])
    time = f"{turn['ms']:,.0f} ms from save to output" if turn["ms"] is not None else "up to date"
    terminal.row(f"{counted(len(turn['rendered']), 'document')}, {time}")


@click.command()
@click.argument("post", type=options.PATH, required=False, metavar="POST|-")
@click.option("--bookmarklet", metavar="URL", help="Take the page from a bds://new-post link.")
@click.option(
    "--context", type=options.PATH, metavar="FILE|-", help="Context for the transforms, as JSON."
)
@options.engine
@options.project
@options.as_json
def transform(
    post: Path | None,
    bookmarklet: str | None,
    context: Path | None,
    engine: EngineChoice,
    project: Path | None,
    as_json: bool,
) -> int:
    """Send a post through the enabled transforms; print the result.

    POST is JSON: {title, content, tags, categories}. A transform that fails is skipped.

    Example: pybridge transform post.json
    """
    if (post is None) == (bookmarklet is None):
        raise UsageError("no post named", "name a POST, or use --bookmarklet URL, not both")
    if str(post) == "-" and str(context) == "-":
        raise UsageError("POST and --context cannot both be stdin")
    if _LINK.match(str(post)):
        raise UsageError("POST is a file, not a link", "write --bookmarklet before the link")
    from pybridge.commands.session import limits_of, open_session
    from pybridge.commands.work import transform as transforming

    found = project_or_built_ins(Path.cwd(), project)
    limit = limits_of(found).input_bytes
    given_context: dict[str, Any] = {}
    if bookmarklet is not None:
        given, given_context = transforming.from_bookmarklet(bookmarklet, found)
    else:
        assert post is not None
        given = transforming.read_post(_json(post, limit))
    if context is not None:
        given_context |= transforming.read_context(_json(context, limit))
    with open_session(found, engine) as session:
        terminal.notes(session.notes())
        outcome = transforming.transform(session, given, given_context)
    if not as_json:
        _tell_transformed(outcome)
    terminal.document(outcome)
    return terminal.EXIT_FAILED if outcome["errors"] else terminal.EXIT_DONE


def _json(path: Path, limit: int) -> Any:
    from pybridge.commands.work import call

    if str(path) == "-":
        return call.parse_context(sys.stdin.buffer.read(limit + 1), "stdin", limit)
    return call.read_context(path, limit)


def _tell_transformed(outcome: Mapping[str, Any]) -> None:
    """Report the transforms' output and notes, and which of them failed."""
    for stream in ("stdout", "stderr"):
        if outcome.get(stream):
            terminal.talk(outcome[stream].rstrip("\n"))
    for toast in outcome["toasts"]:
        terminal.talk(f"note: {toast}")
    if not outcome["applied"] and not outcome["errors"]:
        terminal.talk("no transform was applied: none is enabled in the scripts of this project")
    for error in outcome["errors"]:
        terminal.problem(
            {**error, "message": f"{error['scriptSlug']} was skipped: {error['message']}"}
        )
