"""Answers of the application's tools, kept for as long as a post is at work."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pybridge.engines.protocol import AnswerCalls, JsonObject, OpenTools

MOST_KEPT_BYTES = 128 << 20
"""Of calls and answers that are kept for a post, as JSON."""


class AskedTooMuch(Exception):
    """The scripts of a post asked for more than is kept."""


class Asking:
    """The calls that the scripts of a post make, each answered once.

    A worker may be lost after a script asked, and another one begin anew: what the script asks again at the same
    place gets the same answer, and the application is not asked twice.
    """

    def __init__(self, tools: OpenTools | None) -> None:
        self._tools = tools
        self._runs: dict[str, _Run] = {}
        self._bytes = 0

    @property
    def has_tools(self) -> bool:
        """Whether scripts may ask for anything."""
        return self._tools is not None

    def begin(self) -> None:
        """Begin anew: the next call of each script is its first."""
        for run in self._runs.values():
            run.at = 0

    def answers(self, script: str, calls: Sequence[JsonObject]) -> list[JsonObject]:
        """Return the answers to what a script, by its slug, asks at once.

        Raises:
            AskedTooMuch: when too much would have to be kept.
            Exception: whatever the application raises.
        """
        assert self._tools is not None
        if script not in self._runs:
            self._runs[script] = _Run(self._tools(script))
        self._count(calls)
        answers, is_new = self._runs[script].answers(calls)
        if is_new:
            self._count(answers)
        return answers

    def _count(self, values: Sequence[JsonObject]) -> None:
        self._bytes += len(json.dumps(values))
        if self._bytes > MOST_KEPT_BYTES:
            raise AskedTooMuch


class _Run:
    """The calls of one script so far, with their answers."""

    def __init__(self, ask: AnswerCalls) -> None:
        self._ask = ask
        self._known: list[tuple[JsonObject, JsonObject]] = []
        self.at = 0
        """How many of them were made since it began anew."""

    def answers(self, calls: Sequence[JsonObject]) -> tuple[list[JsonObject], bool]:
        """Return the answers to calls that are made at once, and whether the application was asked for them."""
        known = self._known[self.at : self.at + len(calls)]
        is_new = [call for call, _ in known] != [*calls]
        if is_new:
            del self._known[self.at :]
            known = list(zip(calls, self._ask(calls), strict=True))
            self._known += known
        self.at += len(calls)
        return [answer for _, answer in known], is_new
