"""Compare a worker's reply with the request, before anything in it is believed.

A worker may be under a script's control: it can send any message, with the right number. A reply that could
not be the honest answer to its request is a crash of the worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from typing import Any

from pybridge.engines.limits import Limits
from pybridge.engines.supervision.checks.shapes import (
    Checks,
    is_closed,
    is_code,
    is_count,
    is_error,
    is_flag,
    is_list,
    is_name,
    is_number,
    is_outcome,
    is_script,
    is_shallow,
    is_text,
    is_transformed,
)
from pybridge.engines.supervision.checks.sizes import is_within

Json = Mapping[str, Any]

_KINDS: Mapping[str, frozenset[str]] = {
    "load": frozenset({"loaded"}),
    "check": frozenset({"checked"}),
    "run": frozenset({"output", "ran", "asks"}),
    "answers": frozenset({"output", "ran", "transformed", "asks"}),
    "limits": frozenset({"limited"}),
    "render": frozenset({"outcomes"}),
    "documents": frozenset({"documents"}),
    "transform": frozenset({"transformed", "asks"}),
}
"""The kinds of replies to each kind of request, beside `refused`."""


_JUDGED = frozenset({"outcomes", "documents", "transformed", "ran"})
"""The kinds of replies after which a worker may have to be given up."""
MOST_EMPTY = 2
"""Replies without progress: the engine goes back once, to run the items of a slice one by one."""


_MOST_CALLS = 1000
"""Calls of tools that a program may make at once."""


class ReplyUnfit(Exception):
    """A reply is not the answer to its request; the message says why."""


def kind_of(message: Json | str) -> str:
    """Return the kind of a request; one that is a text begins with it."""
    if not isinstance(message, str):
        return str(message["kind"])
    start = len('"kind":"')
    return message[start : message.index('"', start)]  # no copy of the rest, which may be long


def check_kind(request: str, reply: Json) -> None:
    """Check that a reply of this kind may follow a request of the kind *request*.

    Raises:
        ReplyUnfit: when it may not.
    """
    if reply["kind"] not in _KINDS[request]:
        raise ReplyUnfit(f"{reply['kind']!r:.40} does not answer {request!r}")
    verdict = reply.get("contaminated")
    if verdict is not None and reply["kind"] not in _JUDGED:
        raise ReplyUnfit(f"{reply['kind']!r} has no verdict")
    if verdict is not None and request in {"run", "answers"} and "script" not in verdict:
        raise ReplyUnfit("a script that runs alone is not named")
    if verdict is not None and "script" in verdict and not _has_result(request, reply):
        raise ReplyUnfit("it names a script without an outcome")
    if "settled" in reply and "contaminated" not in reply:
        raise ReplyUnfit("it settles a step without a reason")


def _has_result(request: str, reply: Json) -> bool:
    """Return whether a reply has an outcome of the script that ran alone."""
    if request not in {"render", "documents"}:
        return True
    return bool(reply.get("outcomes") or reply.get("documents") or "settled" in reply)


def check_single(request: Json, reply: Json) -> None:
    """Check a reply to a request that is not a batch.

    Raises:
        ReplyUnfit: when it does not fit.
    """
    kind = reply["kind"]
    if kind == "loaded":
        _check_loaded(request["scripts"], reply)
    elif kind == "checked":
        _require(is_closed(reply, _CHECKED), "the result of a check")
        _require(_is_of(reply["script"], request), "another script")
    elif kind == "ran":
        _check_ran(reply)
    elif kind == "asks":
        check_asks(reply)
    elif kind == "transformed":
        return  # compared with the post's transforms by what knows them
    else:
        _require(is_closed(reply, _LIMITED if kind == "limited" else _OUTPUT), kind)


def check_calls(reply: Json, first: int, sent: int, *, alone: bool, limits: Limits) -> None:
    """Check a reply about calls: *first* of *sent* have outcomes already.

    Raises:
        ReplyUnfit: when it does not fit.
    """
    _require(is_closed(reply, _OUTCOMES), "outcomes")
    outcomes = reply["outcomes"]
    _check_progress(reply, (first, sent), len(outcomes), alone)
    _require(bool(outcomes) or not reply["done"], "nothing")
    for outcome in outcomes:
        _require(is_plain(outcome) or is_outcome(outcome), "an outcome")
        _require(is_within(outcome, limits), "more than a script may return")


def check_asks(reply: Json) -> None:
    """Check a reply with calls of the application's tools.

    Raises:
        ReplyUnfit: when it does not fit.
    """
    _require(is_closed(reply, _ASKS), "calls of tools")


def is_plain(outcome: Any) -> bool:
    """Return whether an outcome is HTML and a script's id alone, as most are."""
    if type(outcome) is not dict or len(outcome) != 2:
        return False
    result = outcome.get("result")
    if type(result) is not dict or len(result) != 1 or type(outcome.get("scriptId")) is not str:
        return False
    return type(result.get("html")) is str


def check_progress(reply: Json, first: int, sent: int, *, alone: bool, limits: Limits) -> None:
    """Check the members of a reply about documents, without the documents themselves.

    Raises:
        ReplyUnfit: when it does not fit.
    """
    _require(is_closed(reply, _DOCUMENTS, {"settled": _is_settled}), "documents")
    finished = len(reply["documents"])
    _check_progress(reply, (first, sent), finished, alone)
    place = reply["position"]
    _require(place["document"] == first + finished, "another position")
    settled = reply.get("settled")
    if settled is not None:
        at = settled["document"], settled["step"]
        _require(at == (place["document"], place["step"] - 1) and at[0] < sent, "another step")
        _require(is_within(settled["outcome"], limits), "more than a script may return")


def check_transformed(
    reply: Json, next_ones: Container[str | None], isolated: Container[str], seen: Sequence[str]
) -> None:
    """Check a reply about a post.

    Args:
        reply: The reply.
        next_ones: Paths of the transforms that may come next.
        isolated: Paths of those among them that do not run in this interpreter.
        seen: Slugs of the transforms that the post came to so far.

    Raises:
        ReplyUnfit: when it does not fit.
    """
    optional = {"outcome": is_transformed, "awaits": is_name}
    _require(is_closed(reply, _TRANSFORMED, optional), "a transformed post")
    done = reply["done"]
    _require(("outcome" in reply) == done and (reply["next"] is None) == done, "another end")
    if "awaits" in reply:
        path = reply["awaits"]
        _require(done and path in isolated and path in next_ones, "another transform")
    if not done:
        _require(reply["next"] in next_ones, "another transform")
        return
    outcome = reply["outcome"]
    named = [*outcome["applied"], *(each["scriptSlug"] for each in outcome["errors"])]
    _require(sorted(named) == sorted(seen), "other transforms than it ran")


def _check_progress(reply: Json, of: tuple[int, int], finished: int, alone: bool) -> None:
    """Check that *finished* items follow the *first* of *sent*, one at a time where they run alone."""
    first, sent = of
    _require(reply["first"] == first, "another part of the batch")
    left = sent - first - finished
    _require(left >= 0 and not (reply["done"] and left), f"{finished} items")
    _require(finished <= 1 or not alone, "items that did not run yet")


def _check_loaded(sources: Sequence[Json], reply: Json) -> None:
    _require(is_closed(reply, _LOADED), "scripts")
    scripts = reply["scripts"]
    _require(len(scripts) == len(sources), "another number of scripts")
    for script, source in zip(scripts, sources, strict=True):
        _require(_is_of(script, source), "another script")
        _require(script["origin"] == source["origin"], "another origin")


def _is_of(script: Json, source: Json) -> bool:
    """Return whether a script.v1 is that of *source*: its hash counts what the script has cost."""
    digest = hashlib.sha256(source["content"].encode("utf-8", "surrogatepass")).hexdigest()
    return bool(script["path"] == source["path"] and script["sha256"] == digest)


def _check_ran(reply: Json) -> None:
    _require(is_closed(reply, _RAN, _OF_RAN), "the end of a run")
    failed = reply["status"] == "error"
    _require(failed == ("error" in reply) == ("code" in reply), "the end of a run")
    _require(not failed or reply["code"] == reply["error"]["code"], "another code")


def _require(fits: bool, what: str) -> None:
    if not fits:
        raise ReplyUnfit(f"it sent {what} that nobody asked for, or of another shape")


def _is_kind(value: Any) -> bool:
    return True  # compared with the request before


def _is_step(value: Any) -> bool:
    return is_closed(value, {"document": is_count, "step": is_count}, {"script": is_name})


def _is_settled(value: Any) -> bool:
    return is_closed(value, {"document": is_count, "step": is_count, "outcome": is_outcome})


def _is_call(value: Any) -> bool:
    return is_closed(value, {"tool": is_name, "args": _are_args})


def _are_args(value: Any) -> bool:
    return type(value) is dict and is_shallow(value)


def _is_path_or_null(value: Any) -> bool:
    return value is None or is_name(value)


_ENVELOPE: Checks = {"kind": _is_kind, "id": _is_kind}
_SLICE: Checks = {**_ENVELOPE, "elapsedUs": is_number, "done": is_flag}
_LIMITED: Checks = _ENVELOPE
_LOADED: Checks = {**_ENVELOPE, "scripts": lambda value: is_list(value, is_script)}
_CHECKED: Checks = {
    **_ENVELOPE,
    "script": is_script,
    "problems": lambda value: is_list(value, is_error),
}
_OUTPUT: Checks = {
    **_ENVELOPE,
    "stream": lambda value: value in ("stdout", "stderr"),
    "text": is_text,
}
_ASKS: Checks = {
    **_ENVELOPE,
    "calls": lambda value: is_list(value, _is_call) and 0 < len(value) <= _MOST_CALLS,
}
_RAN: Checks = {
    **_ENVELOPE,
    "status": lambda value: value in ("ok", "error"),
    "result": is_shallow,
    "stdout": is_text,
    "stderr": is_text,
}
_OF_RAN: Checks = {"code": is_code, "error": is_error, "truncated": is_flag}
_OUTCOMES: Checks = {**_SLICE, "first": is_count, "outcomes": lambda value: type(value) is list}
_DOCUMENTS: Checks = {
    **_SLICE,
    "first": is_count,
    "documents": lambda value: type(value) is list,
    "position": _is_step,
}
_TRANSFORMED: Checks = {**_SLICE, "next": _is_path_or_null}
