"""Commands for single scripts: call a macro, run a program, find mistakes."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pybridge.cli import options, terminal
from pybridge.cli.output import counted, print_lines, read_stdin
from pybridge.engines import EngineChoice
from pybridge.errors import UsageError
from pybridge.errors.text import warning_text
from pybridge.project.discover import ProjectOrBuiltIns, project_or_built_ins


@click.command()
@click.argument("slug", required=False)
@click.option(
    "--context", type=options.PATH, metavar="FILE|-", help="The context as JSON; may be partial."
)
@click.option(
    "--jsonl",
    is_flag=True,
    help="Filter: read one {macro, context} per line from stdin, write one result per line.",
)
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
    found = project_or_built_ins(Path.cwd(), project)
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
        terminal.notes(session.notes())
        outcome = calling.call(session, slug, given)
    return _outcome(outcome, as_json)


def _outcome(outcome: dict[str, Any], as_json: bool) -> int:
    for stream in ("stdout", "stderr"):
        if outcome.get(stream):
            terminal.talk(outcome[stream].rstrip("\n"))
    for warning in outcome.get("warnings", ()):
        terminal.caution(warning_text(warning))
    if "result" in outcome:
        terminal.document(outcome["result"])
        return terminal.EXIT_DONE
    if as_json:
        terminal.document({"error": outcome["error"]})
    else:
        terminal.problem(outcome["error"])
    return terminal.EXIT_FAILED


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("script", metavar="FILE|SLUG")
@click.argument("args", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]…")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="S",
    help="Time limit in seconds.",
)
@click.option(
    "--replay",
    type=options.PATH,
    metavar="FILE",
    help="Answer what it asks the application's tools from this recording.",
)
@options.engine
@options.project
@options.as_json
def run(
    script: str,
    args: tuple[str, ...],
    timeout: float | None,
    replay: Path | None,
    engine: EngineChoice,
    project: Path | None,
    as_json: bool,
) -> int:
    """Run a utility script. Put its own options after `--`.

    Example: pybridge run scripts/stats.py 2024 --timeout 10
    """
    from pybridge.commands.session import limits_of, open_session
    from pybridge.commands.work import run as running
    from pybridge.project.scripts import read_helpers

    path = Path(script) if running.is_file(script) else None
    found = project_or_built_ins(path.parent if path else Path.cwd(), project)
    limit = limits_of(found).input_bytes
    source = running.source_of(path, found, limit) if path else None
    files = read_helpers(found, limit=limit) if path else None
    tools = None if replay is None else running.recorded(replay)
    with open_session(found, engine, files) as session:
        chosen = source or running.named_script(session, script)
        listen = None if as_json else terminal.output
        ran = running.run(session, chosen, args, timeout_s=timeout, on_output=listen, tools=tools)
        unused = running.unused(session, chosen, ran)
    if as_json:
        terminal.document(ran)
    elif ran["status"] != "ok":
        terminal.problem(ran["error"], script)
    elif ran["result"] is not None:
        terminal.document(ran["result"])
    terminal.notes([unused] if unused else [])
    return terminal.EXIT_DONE if ran["status"] == "ok" else terminal.EXIT_FAILED


def _call_lines(project: ProjectOrBuiltIns, engine: EngineChoice) -> int:
    from pybridge.commands.session import open_session
    from pybridge.commands.work.lines import call_lines

    with open_session(project, engine) as session:
        terminal.notes(session.notes())
        return print_lines(call_lines(session, read_stdin), lambda line: "error" in line)


@click.command()
@click.argument("paths", nargs=-1, type=options.PATH, metavar="[PATH]…")
@options.project
@options.as_json
def check(paths: tuple[Path, ...], project: Path | None, as_json: bool) -> int:
    """Find mistakes in scripts without running them; exit with 1 if there are any.

    As a git hook: pybridge check $(git diff --cached --name-only --diff-filter=d -- scripts)

    Example: pybridge check scripts/map.py
    """
    from pybridge.commands.scripts.checking import check_scripts

    found = project_or_built_ins(paths[0] if paths else Path.cwd(), project)
    terminal.notes(found.settings.warnings)
    done = check_scripts(paths, found)
    if as_json:
        terminal.document(done)
    else:
        _tell_checked(done["scripts"])
    return terminal.EXIT_DONE if done["ok"] else terminal.EXIT_FAILED


def _tell_checked(scripts: Sequence[Mapping[str, Any]]) -> None:
    """Report the problems found in scripts."""
    for script in scripts:
        for found in script["problems"]:
            terminal.problem(found)
        for found in script["warnings"]:
            place = f"{script['path']}:{found['line']}:{found['column']}"
            terminal.caution(f"{place}: {found['message']}")
    wrong = sum(bool(script["problems"]) for script in scripts)
    terminal.talk(f"{counted(len(scripts), 'script')} checked, {wrong:,} with problems")
