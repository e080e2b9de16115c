"""Documents with macros of other trust domains: the calls to make there, and the known outcomes."""

from __future__ import annotations

from pybridge.macros.running.outcome import Outcome
from pybridge.macros.values import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pybridge.macros.jobs.plan import Node, Plan

    Json = dict[str, Any]
    Outcomes = Sequence[Outcome | None]


def awaited(context: Json | None) -> Outcome:
    """Return a placeholder for an outcome: *context* is the call to make, None if it is too early."""
    return Outcome(None, {"awaits": context})


def is_awaited(outcome: Outcome | None) -> bool:
    """Whether *outcome* is a placeholder."""
    return outcome is not None and outcome.rest is not None and "awaits" in outcome.rest


def waits_for_inner(plan: Plan, node: Node, outcomes: Outcomes) -> bool:
    """Whether a macro in the body of *node* is awaited."""
    if node.close is None:
        return False
    index = node.index + 1
    while index < len(plan.nodes) and plan.nodes[index].start < node.close:
        if is_awaited(outcomes[index]):
            return True
        index += 1
    return False


def report(plan: Plan, outcomes: Outcomes) -> str | None:
    """Return the docOutcome of a document that waits, as JSON; None if it does not."""
    calls: list[Json] = []
    known: dict[str, Json] = {}
    for step, node in enumerate(plan.steps):
        outcome = outcomes[node.index]
        assert node.script is not None
        assert outcome is not None
        value = outcome.to_json(node.script)
        if not is_awaited(outcome):
            known[str(step)] = value
        elif value["awaits"] is not None:
            calls.append({"step": step, "script": node.script.path, "call": value["awaits"]})
    if not calls:
        return None
    empty: Json = {"parts": [], "macros": [], "warnings": [], "errors": []}
    return json_text.write({**empty, "awaits": calls, "known": known})
