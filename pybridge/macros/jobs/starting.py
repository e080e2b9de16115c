"""Requests that are worked off in slices: each begins a job.

*is_large* says that an item may be over the limits, so that each has to be measured.
"""

from __future__ import annotations

from pybridge.macros.jobs.call_batches import CallsJob
from pybridge.macros.jobs.calls import too_large
from pybridge.macros.jobs.document_batches import DocumentsJob
from pybridge.macros.jobs.refusals import Refused, refuse_batch, refuse_large, refuse_shared
from pybridge.macros.jobs.transforms import TransformJob
from pybridge.macros.values.posts import check_post

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pybridge.macros.jobs.engine import Engine
    from pybridge.macros.jobs.job import Job

    Json = dict[str, Any]
    Start = Callable[[Engine, Json, bool], Job]


def start_render(engine: Engine, message: Json, is_large: bool) -> Job:
    """Begin to render calls."""
    refuse_batch(message["calls"], engine.limits)
    shared = message.get("shared")
    refuse_shared(shared or {}, engine.limits, is_large=is_large)
    renderer = engine.renderer
    render = renderer.sharing(shared) if shared else renderer.render
    return CallsJob(message, render, is_large, warned=renderer.warned)


def start_preview(engine: Engine, message: Json, is_large: bool) -> Job:
    """Begin to make the previews of calls."""
    refuse_batch(message["calls"], engine.limits)
    return CallsJob(message, engine.previewer.preview, is_large, ("previewed", "texts"))


def start_transform(engine: Engine, message: Json, is_large: bool) -> Job:
    """Begin to send a post through the enabled transforms."""
    if is_large:
        for name in ("post", "context"):
            refuse_large(message[name], engine.limits, name)
    refusal = check_post(message["post"])
    if refusal:
        raise Refused(refusal)
    transforms = engine.registry.transforms()
    return TransformJob(message, transforms, engine.executor, engine.limits)


def start_documents(engine: Engine, message: Json, is_large: bool) -> Job:
    """Begin to render documents."""
    limits = engine.limits
    refuse_batch(message["documents"], limits)
    refuse_shared(message["shared"], limits, is_large=is_large)
    measure = (lambda each, what: too_large(each, limits, what)) if is_large else None
    return DocumentsJob(message, engine.registry, engine.executor, limits, measure)


STARTS: Mapping[str, Start] = {
    "render": start_render,
    "preview": start_preview,
    "transform": start_transform,
    "documents": start_documents,
}
