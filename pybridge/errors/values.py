"""Errors about values from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge.errors.root import Located, PybridgeError


@dataclass(eq=False)
class Invalid(PybridgeError):
    """A JSON document breaks its schema; holds all its problems."""

    schema: str
    problems: Sequence[Located]
    code = "schema"

    def what(self) -> str:
        return f"invalid {self.schema}: {'; '.join(self.lines())}"

    def lines(self) -> list[str]:
        """Return each problem with its place."""
        return [f"{problem.pointer or '/'}: {problem.message}" for problem in self.problems]

    def places(self) -> Mapping[str, Any]:
        return {"pointer": self.problems[0].pointer} if self.problems else {}


class CallInvalid(Invalid):
    """A macro call breaks call.v1."""

    hint = "the shape of a call is in docs/abi.md#call"


@dataclass(eq=False)
class JsonUnreadable(PybridgeError):
    """The text is not valid JSON."""

    source: str
    line: int
    column: int
    problem: str
    code = "schema"
    hint = "send strict JSON: UTF-8, double quotes, no NaN, no trailing comma"

    def what(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: not JSON: {self.problem}"


@dataclass(eq=False)
class InputTooLarge(PybridgeError):
    """An input is larger than the limit that was set for it."""

    what_input: str
    size: int
    limit: int
    setting: str | None = "inputBytes"
    """What raises the limit; None for one that nothing raises."""
    code = "input-limit"

    def what(self) -> str:
        return f"{self.what_input} is too large: {self.size:,}, the limit is {self.limit:,}"

    @property
    def hint(self) -> str:
        return f"split it, or raise the limit {self.setting}" if self.setting else "split it"
