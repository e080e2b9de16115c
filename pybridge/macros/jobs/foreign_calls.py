"""Documents with macros of other trust domains: what has to come from elsewhere, and what is known by now."""

from __future__ import annotations

from pybridge.macros.values import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from pybridge.macros.jobs.plan import Node, Plan

    Json = dict[str, Any]
    Outcomes = Sequence[str | Json | None]


def awaited(context: Json | None) -> Json:
    """Return what stands for an outcome: *context* is the call to be made, None if it is too early."""
    return {"awaits": context}


def is_awaited(outcome: str | Json | None) -> bool:
    """Whether something stands for an outcome."""
    return type(outcome) is dict and "awaits" in outcome


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
        if type(outcome) is str:
            known[str(step)] = {"result": {"html": outcome}, "scriptId": node.script.id}
            continue
        assert type(outcome) is dict
        if not is_awaited(outcome):
            known[str(step)] = outcome
        elif outcome["awaits"] is not None:
            calls.append({"step": step, "script": node.script.path, "call": outcome["awaits"]})
    if not calls:
        return None
    empty: Json = {"parts": [], "macros": [], "warnings": [], "errors": []}
    return json_text.write({**empty, "awaits": calls, "known": known})
