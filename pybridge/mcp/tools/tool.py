"""What a tool is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from pybridge import abi
from pybridge.errors import Invalid, UsageError
from pybridge.mcp.answers import Answer
from pybridge.mcp.runs.result import require_text


class Work(Protocol):
    """Work of a tool that was started."""

    def wait(self, timeout_s: float) -> Answer:
        """Return its answer.

        Raises:
            TimeoutError: when there is none within *timeout_s* seconds; it goes on.
            PybridgeError: when it cannot be done.
        """
        ...

    def cancel(self) -> None:
        """End it at once."""
        ...


Start = Callable[[Mapping[str, Any]], Work]
"""Takes valid arguments; raises `UsageError` or `Invalid` for what the schema cannot say."""


@dataclass(frozen=True)
class Tool:
    """A tool that clients can call."""

    name: str
    title: str
    description: str
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any] | None
    start: Start
    is_read_only: bool = False
    """Whether it changes nothing outside of the sandbox."""

    def started(self, arguments: Mapping[str, Any]) -> Work:
        """Start the tool.

        Raises:
            Invalid: when the arguments break its schema; names all problems.
            UsageError: when they cannot be used for another reason.
        """
        try:
            require_text(arguments)
        except ValueError:
            raise UsageError(
                "an argument holds half of a surrogate pair, which is not text"
            ) from None
        problems = abi.validate_against(self.input_schema, arguments)
        if problems:
            raise Invalid(f"arguments of {self.name}", problems[:20])
        return self.start(arguments)


@dataclass(frozen=True)
class Done:
    """Work that is done already."""

    answer: Answer

    def wait(self, timeout_s: float) -> Answer:
        """Return the answer."""
        return self.answer

    def cancel(self) -> None:
        """There is nothing to end."""


@cache
def _all_schemas() -> Mapping[str, Any]:
    path = Path(__file__).with_name("schemas.json")
    return dict(json.loads(path.read_text("utf-8")))


def schema(name: str) -> dict[str, Any]:
    """Return a schema of `schemas.json`."""
    return dict(_all_schemas()[name])


def run_result_schema() -> dict[str, Any]:
    """Return run-result.v1 as the output schema of a tool."""
    left_out = ("$schema", "$id", "examples")
    whole = abi.all_schemas()["run-result"]
    return {name: value for name, value in whole.items() if name not in left_out}


def same_name(name: str) -> str:
    """Return a name by which tools are found: `.`, `/` and `_` are the same."""
    return name.replace(".", "_").replace("/", "_")
