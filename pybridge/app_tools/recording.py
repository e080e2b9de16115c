"""The calls of a run and their answers, kept as JSON lines: a script can be tested without its application."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from pybridge.errors import UsageError
from pybridge.formats.json_text import decode_json

Json = dict[str, Any]
AnswerCalls = Callable[[Sequence[Json]], list[Json]]


class Recorder:
    """Passes calls on and keeps them with their answers."""

    def __init__(self, answer: AnswerCalls) -> None:
        self._answer = answer
        self._lines: list[str] = []

    def __call__(self, calls: Sequence[Json]) -> list[Json]:
        """Return what the application answers."""
        answers = self._answer(calls)
        self._lines += [
            json.dumps({**call, **answer}, ensure_ascii=False, sort_keys=True)
            for call, answer in zip(calls, answers, strict=True)
        ]
        return answers

    @property
    def text(self) -> str:
        """The recording: one `{tool, args, value | error}` a line, in the order of the calls."""
        return "".join(f"{line}\n" for line in self._lines)


class Replay:
    """Answers calls from a recording; they have to be the same, in the same order."""

    def __init__(self, text: str) -> None:
        """Read a recording.

        Raises:
            UsageError: when a line is none, with its number.
        """
        self._entries = [
            _entry(line, number)
            for number, line in enumerate(text.rstrip("\n").split("\n"), 1)
            if line
        ]
        self._next = 0

    def __call__(self, calls: Sequence[Json]) -> list[Json]:
        """Return the recorded answers; a call that was not recorded at this place is an error of the script."""
        return [self._one(call) for call in calls]

    def _one(self, call: Json) -> Json:
        number = self._next + 1
        if self._next == len(self._entries):
            return _unlike(f"{call['tool']} was not recorded: the recording ends before it")
        entry = self._entries[self._next]
        if (entry["tool"], entry["args"]) != (call["tool"], call["args"]):
            return _unlike(f"line {number} of the recording is another call: {entry['tool']}")
        self._next = number
        return {key: entry[key] for key in ("value", "error") if key in entry}


def _unlike(message: str) -> Json:
    return {"error": {"code": "failed", "message": message}}


def _entry(line: str, number: int) -> Json:
    try:
        entry = decode_json(line)
        error = entry.get("error")
        fits = isinstance(entry["tool"], str) and isinstance(entry["args"], dict)
        fits = fits and (("value" in entry) != (error is not None))
        if fits and error is not None:
            fits = all(isinstance(error[key], str) for key in ("code", "message"))
    except (ValueError, TypeError, KeyError, AttributeError):
        fits = False
    if not fits:
        raise UsageError(f"line {number} of the recording is not a call with its answer")
    return dict(entry)
