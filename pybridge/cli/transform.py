"""The command that sends a post through the transforms."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from pybridge import report
from pybridge.cli import options
from pybridge.engines import EngineChoice
from pybridge.errors import UsageError
from pybridge.project.discover import find_project


@click.command()
@click.argument("post", type=options.PATH, required=False, metavar="POST|-")
@click.option("--bookmarklet", metavar="URL", help="Begin with the page of a bds://new-post link.")
@click.option(
    "--context", type=options.PATH, metavar="FILE|-", help="What the transforms are told, as JSON."
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
    """Send a post through the enabled transforms; print what came out.

    POST is JSON: {title, content, tags, categories}. A transform that fails is skipped.

    Example: pybridge transform post.json
    """
    if (post is None) == (bookmarklet is None):
        raise UsageError("no post named", "name a POST, or use --bookmarklet URL, not both")
    if str(post) == "-" and str(context) == "-":
        raise UsageError("POST and --context cannot both be stdin")
    from pybridge.commands.session import limits_of, open_session
    from pybridge.commands.work import transform as transforming

    found = find_project(post.parent if post and str(post) != "-" else Path.cwd(), project)
    limit = limits_of(found).input_bytes
    told: dict[str, Any] = {}
    if bookmarklet is not None:
        given, told = transforming.from_bookmarklet(bookmarklet, found)
    else:
        assert post is not None
        given = transforming.read_post(_json(post, limit))
    if context is not None:
        told |= transforming.read_context(_json(context, limit))
    with open_session(found, engine) as session:
        report.notes(session.notes())
        outcome = transforming.transform(session, given, told)
    if not as_json:
        report.transformed(outcome)
    report.document(outcome)
    return report.EXIT_FAILED if outcome["errors"] else report.EXIT_DONE


def _json(path: Path, limit: int) -> Any:
    from pybridge.commands.work import call

    if str(path) == "-":
        return call.parse_context(sys.stdin.buffer.read(limit + 1), "stdin", limit)
    return call.read_context(path, limit)
