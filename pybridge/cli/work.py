"""The commands that render, call and run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from pybridge import report
from pybridge.cli import options
from pybridge.engines import EngineChoice
from pybridge.errors import UsageError
from pybridge.project.discover import Project, find_project


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH, metavar="PATH…")
@click.option(
    "--out", type=options.PATH, metavar="DIR", help="Write the documents to DIR, in their tree."
)
@click.option("--html", is_flag=True, help="Convert to pages, with a list of them.")
@click.option("--strict", is_flag=True, help="An unknown macro is a failure.")
@click.option("--preview", is_flag=True, help="Show failed macros in their places.")
@click.option("--jsonl", is_flag=True, help="Filter: a document a line, from stdin to stdout.")
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
            raise UsageError("--jsonl reads documents from stdin: no PATH, --out or --html with it")
        return _render_lines(find_project(Path.cwd(), project), engine, strict, preview)
    if not paths:
        raise UsageError("no documents named", "name files or folders, or use --jsonl")
    from pybridge.commands.work.render import RenderRequest
    from pybridge.commands.work.render import render as render_documents

    found = find_project(paths[0], project)
    request = RenderRequest(paths, found, engine, out, html, preview)
    with report.progress("rendering") as bar:
        done = render_documents(request, whole_output=as_json, on_progress=bar)
    result = done.to_json()
    report.notes(done.notes)
    if as_json:
        report.document(result)
    else:
        if out is None:
            report.text("".join(entry.get("output", "") for entry in result["documents"]))
        report.rendered(result["documents"], result["stats"])
        if done.index is not None:
            report.talk(f"look at {done.index}")
    return report.EXIT_FAILED if done.has_failed(strict=strict) else report.EXIT_DONE


def _render_lines(project: Project, engine: EngineChoice, strict: bool, preview: bool) -> int:
    from pybridge.commands.session import open_session
    from pybridge.commands.work.lines import render_lines

    def is_failure(line: dict[str, Any]) -> bool:
        unknown = any(macro["status"] == "unknown" for macro in line.get("macros", ()))
        return bool(line.get("error") or line.get("errors")) or (strict and unknown)

    with open_session(project, engine) as session:
        report.notes(session.notes())
        return _print_lines(render_lines(session, _read_stdin, preview=preview), is_failure)


def _call_lines(project: Project, engine: EngineChoice) -> int:
    from pybridge.commands.session import open_session
    from pybridge.commands.work.lines import call_lines

    with open_session(project, engine) as session:
        report.notes(session.notes())
        return _print_lines(call_lines(session, _read_stdin), lambda line: "error" in line)


def _print_lines(
    lines: Iterable[dict[str, Any]], is_failure: Callable[[dict[str, Any]], bool]
) -> int:
    failed = False
    for line in lines:
        report.line(line)
        failed = failed or is_failure(line)
    return report.EXIT_FAILED if failed else report.EXIT_DONE


@click.command()
@click.argument("slug", required=False)
@click.option(
    "--context", type=options.PATH, metavar="FILE|-", help="The context as JSON; may be partial."
)
@click.option("--jsonl", is_flag=True, help="Filter: a line {macro, context} each.")
@options.engine
@options.project
@options.as_json
def call(
    slug: str | None,
    context: Path | None,
    jsonl: bool,
    engine: EngineChoice,
    project: Path | None,
    as_json: bool,
) -> int:
    """Call one macro with one context; print its result.

    Example: echo '{"params": {"id": "abc"}}' | pybridge call youtube --context -
    """
    if jsonl == (slug is not None) or (jsonl and context):
        raise UsageError("either name a SLUG, or use --jsonl alone")
    found = find_project(Path.cwd(), project)
    if slug is None:
        return _call_lines(found, engine)
    from pybridge.commands.session import limits_of, open_session
    from pybridge.commands.work import call as calling

    limit = limits_of(found).input_bytes
    if context is None:
        given = {}
    elif str(context) == "-":
        given = calling.parse_context(sys.stdin.buffer.read(limit + 1), "stdin", limit)
    else:
        given = calling.read_context(context, limit)
    with open_session(found, engine) as session:
        report.notes(session.notes())
        outcome = calling.call(session, slug, given)
    return _outcome(outcome, as_json)


def _outcome(outcome: dict[str, Any], as_json: bool) -> int:
    for stream in ("stdout", "stderr"):
        if outcome.get(stream):
            report.talk(outcome[stream].rstrip("\n"))
    for warning in outcome.get("warnings", ()):
        report.caution(report.warning_text(warning))
    if "result" in outcome:
        report.document(outcome["result"])
        return report.EXIT_DONE
    if as_json:
        report.document({"error": outcome["error"]})
    else:
        report.problem(outcome["error"])
    return report.EXIT_FAILED


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("script", metavar="FILE|SLUG")
@click.argument("args", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]…")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Seconds."
)
@options.engine
@options.project
@options.as_json
def run(
    script: str,
    args: tuple[str, ...],
    timeout: float | None,
    engine: EngineChoice,
    project: Path | None,
    as_json: bool,
) -> int:
    """Run a utility script; options of its own go after `--`.

    Example: pybridge run scripts/stats.py 2024 --timeout 10
    """
    from pybridge.commands.session import limits_of, open_session
    from pybridge.commands.work import run as running
    from pybridge.project.scripts import read_helpers

    path = Path(script) if running.is_file(script) else None
    found = find_project(path.parent if path else Path.cwd(), project)
    limit = limits_of(found).input_bytes
    source = running.source_of(path, found, limit) if path else None
    files = read_helpers(found, limit=limit) if path else None
    with open_session(found, engine, files) as session:
        chosen = source or running.named_script(session, script)
        listen = None if as_json else report.output
        ran = running.run(session, chosen, args, timeout_s=timeout, on_output=listen)
    if as_json:
        report.document(ran)
    elif ran["status"] != "ok":
        report.problem(ran["error"], script)
    elif ran["result"] is not None:
        report.document(ran["result"])
    return report.EXIT_DONE if ran["status"] == "ok" else report.EXIT_FAILED


def _read_stdin(size: int) -> bytes:
    return os.read(0, size)
