"""What is wrong with a value that came from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge.errors.root import Located, PybridgeError


@dataclass(eq=False)
class Invalid(PybridgeError):
    """A JSON document breaks its schema; all its problems are here."""

    schema: str
    problems: Sequence[Located]
    code = "schema"

    def what(self) -> str:
        listed = "; ".join(f"{p.pointer or '/'}: {p.message}" for p in self.problems)
        return f"this is no valid {self.schema}: {listed}"

    def places(self) -> Mapping[str, Any]:
        return {"pointer": self.problems[0].pointer} if self.problems else {}


class CallInvalid(Invalid):
    """A macro call breaks call.v1."""

    hint = "the shape of a call is in docs/abi.md#call"


@dataclass(eq=False)
class BookmarkInvalid(PybridgeError):
    """No post can be made of a bookmarklet's link."""

    problem: str
    code = "schema"
    hint = "a link is bds://new-post?title=…&url=https%3A%2F%2F…"

    def what(self) -> str:
        return f"this is no bookmark: {self.problem}"


@dataclass(eq=False)
class JsonUnreadable(PybridgeError):
    """Text that was meant to be JSON is none."""

    source: str
    line: int
    column: int
    problem: str
    code = "schema"
    hint = "send strict JSON: UTF-8, double quotes, no NaN, no trailing comma"

    def what(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: not JSON: {self.problem}"


@dataclass(eq=False)
class AbiMismatch(PybridgeError):
    """The other side speaks another version of the ABI."""

    theirs: object
    ours: int
    code = "abi"

    def what(self) -> str:
        sent = "no ABI version" if self.theirs is None else f"ABI {self.theirs}"
        return f"this pybridge speaks ABI {self.ours}, the caller sent {sent}"

    @property
    def hint(self) -> str:
        if isinstance(self.theirs, int) and self.theirs > self.ours:
            return "upgrade pybridge, or rebuild the caller against this version's abi.d.ts"
        return f'send "abi": {self.ours}, in the shape of docs/abi.md'

    def places(self) -> Mapping[str, Any]:
        return {"pointer": "/abi"}


@dataclass(eq=False)
class InputTooLarge(PybridgeError):
    """An input is larger than the limit that was set for it."""

    what_input: str
    size: int
    limit: int
    setting: str = "inputBytes"
    code = "input-limit"

    def what(self) -> str:
        return f"{self.what_input} is too large: {self.size:,}, the limit is {self.limit:,}"

    @property
    def hint(self) -> str:
        return f"split it, or raise the limit {self.setting}"
