"""The rules of failure, without I/O: what to do after each event of a batch.

1. Items run together until a worker is lost. Nobody is charged then: what is open runs one at a time.
2. Only what ran alone is charged, never an item whose outcome came before. A call's outcome is the
   error. In a document the step gets the error and the document runs again, alone; charged twice for
   one step, the document fails.
3. A contaminated worker is given up without a charge. What ran alone in it holds, what ran together
   runs again one at a time. A transform is charged: its post must not be kept. So is what ran alone
   without an outcome, or the worker could say so for ever.
4. A loss that nothing explains charges nobody until it has happened `MOST_UNSEEN` times at one item.
5. A message that the engine refuses as a whole is halved until the item is found.
6. What has cost a worker before runs alone at once.
7. The few items of a small message are answered one at a time. What takes too long there ran alone, and
   is charged.

`tests/failures/decisions.json` holds this function and the client's to the same decisions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

MOST_UNSEEN = 3
"""Losses without a visible reason at one item until it is suspected."""
FEW_ITEMS = 8
FEW_CHARACTERS = 20_000
"""Most items of a message, and characters of them, that are answered one at a time without a reason.

It costs a reply each, for each macro of a document.
"""
MESSAGE_ITEMS = 1000
"""Most items of one message."""

ItemKind = Literal["calls", "documents", "transforms"]
EventKind = Literal[
    "quarantined", "suspect", "progress", "done", "refused", "contaminated", "lost", "cancelled", "timeOver"
]  # fmt: skip
ActionKind = Literal["send", "receive", "rerun", "charge", "fail", "refuse", "finish"]
Reason = Literal["done", "cancelled", "timeOver"]


@dataclass(frozen=True)
class State:
    """How far a batch has come, and how its next message is sent."""

    items: ItemKind
    next: int = 0
    """Index of the first item that is not finished."""
    alone: bool = False
    """Whether items run one at a time, each answered by itself."""
    at_most: int | None = None
    """Most items of the next message; None means as many as fit."""
    unseen: int = 0
    """Losses without a visible reason since an item was finished."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a batch; the fields not named for a kind keep their defaults."""

    kind: EventKind
    finished: int = 0
    """Items that a reply finished (`progress`)."""
    sent: int = 0
    """Items of the message (`refused`)."""
    open: int = 0
    """Items of the message without an outcome (`lost`, `contaminated`)."""
    known: bool = False
    """Whether the script is known because one item ran alone (`contaminated`)."""
    again: bool = False
    """Whether the step that ran was charged before, or no transform ran (`lost`, `contaminated`)."""
    unseen: bool = False
    """Whether nothing shows that the item caused it (`lost`)."""
    slow: bool = False
    """Whether what was answered one at a time took too long (`lost`)."""
    idle: bool = False
    """Whether the worker has finished no item and settled no step of the message (`contaminated`)."""


@dataclass(frozen=True)
class Action:
    """What the loop around the rules does next."""

    kind: ActionKind
    item: int | None = None
    """Index of the item that is charged, failed or refused."""
    because: Reason | None = None
    """Why a batch finishes."""


Decision = tuple[State, Action]


def is_one_by_one(state: State, count: int, characters: int) -> bool:
    """Return whether the *count* items of the next message are answered one at a time.

    In documents that is step by step.
    """
    return state.alone or (count <= FEW_ITEMS and characters <= FEW_CHARACTERS)


def decide(state: State, event: Event) -> Decision:
    """Return the state after *event*, and the action to take."""
    match event.kind:
        case "quarantined":
            return _refuse(state)
        case "suspect":
            return replace(state, alone=True, at_most=1), Action("send")
        case "progress":
            unseen = 0 if event.finished else state.unseen
            after = replace(state, next=state.next + event.finished, unseen=unseen)
            return after, Action("receive")
        case "done":
            return _after_message(state)
        case "refused":
            return _after_refusal(state, event)
        case "contaminated":
            return _after_contamination(state, event)
        case "lost":
            return _after_loss(state, event)
        case "cancelled" | "timeOver":
            return state, Action("finish", because=event.kind)


def _refuse(state: State) -> Decision:
    return replace(state, next=state.next + 1), Action("refuse", item=state.next)


def _after_message(state: State) -> Decision:
    if state.items == "transforms":
        return state, Action("finish", because="done")
    doubled = None if state.alone or state.at_most is None else 2 * state.at_most
    at_most = None if doubled is None or doubled >= MESSAGE_ITEMS else doubled
    return replace(state, alone=False, at_most=at_most), Action("send")


def _after_refusal(state: State, event: Event) -> Decision:
    if state.items == "transforms":
        return state, Action("fail", item=state.next)
    if event.sent == 1:
        return _refuse(state)
    return replace(state, at_most=event.sent // 2), Action("send")


def _after_contamination(state: State, event: Event) -> Decision:
    if state.items == "transforms" or (state.alone and event.idle):
        return _blame(state, event)
    if event.known or event.open == 0:
        return replace(state, alone=False, at_most=None), Action("rerun")
    return _one_at_a_time(state, event)


def _after_loss(state: State, event: Event) -> Decision:
    if event.unseen:
        state = replace(state, unseen=state.unseen + 1)
        if state.unseen < MOST_UNSEEN:
            return state, Action("rerun")
    if event.open == 0:
        return replace(state, alone=False, at_most=None), Action("rerun")
    was_last_call = state.items == "calls" and event.open == 1
    if state.alone or event.slow or was_last_call:
        return _blame(state, event)
    return _one_at_a_time(state, event)


def _one_at_a_time(state: State, event: Event) -> Decision:
    return replace(state, alone=True, at_most=event.open), Action("rerun")


def _blame(state: State, event: Event) -> Decision:
    """Charge what ran alone; it may be one step of its item, and the rest stays alone then."""
    item = state.next
    if state.items == "calls":
        after = replace(state, next=item + 1, alone=False, at_most=None)
        return after, Action("charge", item=item)
    if state.items == "transforms":
        return state, Action("fail" if event.again else "charge", item=item)
    after = replace(state, alone=True, at_most=1)
    if not event.again:
        return after, Action("charge", item=item)
    return replace(after, next=item + 1), Action("fail", item=item)
