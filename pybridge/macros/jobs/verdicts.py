"""What becomes of a slice that left something behind."""

from __future__ import annotations

from pybridge.macros.guard.guard import contamination
from pybridge.macros.jobs.call_batches import CallsJob
from pybridge.macros.jobs.document_batches import DocumentsJob
from pybridge.macros.values import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pybridge.macros.guard.guard import Guard
    from pybridge.macros.jobs.transforms import TransformJob
    from pybridge.macros.scripts.helpers import Helpers
    from pybridge.macros.scripts.registry import Registry
    from pybridge.macros.scripts.script import Script

    Json = dict[str, Any]
    Job = CallsJob | DocumentsJob | TransformJob


def judged(
    reply: Json,
    job: Job,
    guard: Guard,
    registry: Registry,
    helpers: Helpers,
    begin_anew: Callable[[], Json],
) -> Json:
    """Return what to answer instead of *reply*.

    An item that ran alone did itself no harm: its outcome holds. Items that ran together run again, one
    by one: here, if all is put back, else in the next interpreter.
    """
    script = _only_one(job, registry)
    verdict = guard.verdict(script, helpers.modules)
    if verdict is None:
        return reply
    if verdict.found:
        reply["contaminated"] = verdict.to_json(script)
        if script is not None:
            _warn(reply, job, script, verdict.found)
        return reply
    if job.ran > 1 and isinstance(job, (CallsJob, DocumentsJob)):
        return job.rewind(begin_anew())
    if script is not None:
        guard.mark_untidy(script)
    return reply


def _only_one(job: Job, registry: Registry) -> Script | None:
    """Return the script of the only item that ran, None if there were several."""
    if job.ran != 1:
        return None
    if isinstance(job, CallsJob):
        return registry.macro(job.last_call["macro"]["name"])
    if isinstance(job, DocumentsJob):
        assert job.last_run is not None
        return job.last_run.last[0].script
    return job.last_script


def _warn(reply: Json, job: Job, script: Script, found: list[str]) -> None:
    """Say in the outcome of the item that ran alone what its script did."""
    if isinstance(job, CallsJob):
        macro = job.last_call["macro"]
        said = contamination(script, found, macro["name"], macro.get("position"))
        if job.member == "outcomes":
            _add(reply["outcomes"], said)
    elif isinstance(job, DocumentsJob):
        _warn_document(reply, job, script, found)


def _warn_document(reply: Json, job: DocumentsJob, script: Script, found: list[str]) -> None:
    run = job.last_run
    assert run is not None
    node, outcome = run.last
    said = contamination(script, found, node.written, run.place(node))
    if job.open_document is None:
        _add(reply["documents"], said)
        return
    outcome = {**outcome, "warnings": [*outcome.get("warnings", ()), said]}
    reply["settled"] = {"document": job.open_document, "step": run.step - 1, "outcome": outcome}


def _add(texts: list[str], said: Json) -> None:
    """Add a warning to the last of some outcomes, which are JSON."""
    outcome = json_text.parse(texts[-1])
    outcome["warnings"] = [*outcome.get("warnings", ()), said]
    texts[-1] = json_text.write(outcome)
