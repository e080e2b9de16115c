"""Render one partition: what a worker of any engine calls."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial

from pybridge import abi
from pybridge.batch.content import ContentDiffers, content_of
from pybridge.batch.kept import kept
from pybridge.engines import DEFAULT_ENGINE
from pybridge.engines.limits import Limits
from pybridge.errors import Invalid
from pybridge.html.policy import html_policy
from pybridge.library import work
from pybridge.library.core import Core
from pybridge.library.documents import Document, Prepared, batches, prepare
from pybridge.library.problems import problem
from pybridge.library.runtime import core_of
from pybridge.library.scripts import Place, Scripts, sources_of
from pybridge.library.source import Source
from pybridge.library.values import Rendered


def render_partition(
    documents: Iterable[str | Document],
    *,
    project: Place | None = None,
    scripts: Scripts | None = None,
    engine: str = DEFAULT_ENGINE,
    limits: Limits | None = None,
    preview: bool = False,
    html: bool = False,
    content: str | None = None,
) -> list[Rendered]:
    """Render documents in order, in a sandbox that this process keeps for the next partition.

    A document that cannot be rendered, even one that is not a `Document`, costs only itself: its result has `errors`.
    The function and its results can be pickled. A process reads a project once for each *content*.

    Args:
        documents: Those of the partition; all results are in memory at once.
        project: Folder of a project, which every worker has.
        scripts: Instead of a project: sources by name, which travel with the call, or a folder that every worker has.
        engine: `wasi`, `browser` or `native`.
        limits: Of time, memory and size.
        preview: Whether a failed macro leaves a visible mark.
        html: Whether the worker makes the results' HTML, too; else it is made where it is first asked for.
        content: What `content_of(project)` must be in this process; None for anything.

    Raises:
        ContentDiffers: when it is something else.
        UsageError: when *project* or *scripts* cannot be used.
        BootFailed: when the sandbox does not start.
    """
    place = None if project is None else os.fspath(project)
    sources = None if scripts is None else sources_of(scripts)
    named = None if sources is None else tuple(sources.items())
    key = (place, named, engine, limits, content)
    make = partial(_core, place, sources, engine, limits, content)
    with kept().lend(key, make) as core:
        done = _rendered(core, documents, preview)
    if html:
        for rendered in done:
            _ = rendered.html  # kept in the value
    return done


def _core(
    project: str | None,
    sources: Mapping[str, str] | None,
    engine: str,
    limits: Limits | None,
    content: str | None,
) -> Core:
    core = core_of(project, sources, engine, limits, None, None)
    if content is not None and (found := content_of(project)) != content:
        raise ContentDiffers(content, found)
    return core


def _rendered(core: Core, documents: Iterable[str | Document], preview: bool) -> list[Rendered]:
    taken = [_taken(document, preview) for document in documents]
    good = (each for each in taken if isinstance(each, Prepared))
    done = (
        rendered
        for batch in batches(good)
        for rendered in core.use(partial(work.render, documents=batch, preview=preview))
    )
    return [next(done) if isinstance(each, Prepared) else each for each in taken]


def _taken(document: str | Document, preview: bool) -> Prepared | Rendered:
    """Return a document as an engine takes it, or the result of one that no engine takes."""
    try:
        return prepare(document)
    except Invalid as error:
        return _refused(document, error, preview)
    except (TypeError, ValueError) as error:  # members of other kinds than a Document has
        wrong = Invalid("document", [abi.Problem("", str(error))])
        return _refused(document, wrong, preview)


def _refused(document: object, error: Invalid, preview: bool) -> Rendered:
    path = document.path if isinstance(document, Document) else None
    errors = (problem(error.to_json()),)
    source = Source((), (), html_policy(), preview, "text")
    return Rendered("", path if isinstance(path, str) else None, (), (), errors, source)
