"""A function of the application that scripts may call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from keyword import iskeyword
from typing import Any

from pybridge.abi.given import Schema, compiled, first_problem, schema_problem
from pybridge.errors import UsageError
from pybridge.project.features import Features

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
"""A tool's name: an attribute in Python, and not private."""


class ToolFailed(Exception):
    """A tool's own answer that it cannot do what was asked; the script gets the message as `tools.ToolError`."""


@dataclass(frozen=True)
class Tool:
    """A function, with the shapes of what it takes and returns.

    Args:
        call: Gets the arguments by their names; returns a JSON value. What it raises beside `ToolFailed` is not told
            to the script, only that it failed.
        input_schema: JSON Schema (2020-12) of the object of its arguments; None takes any.
        output_schema: JSON Schema of its value; None allows any.

    Raises:
        UsageError: when a schema is invalid.
    """

    call: Callable[..., Any]
    input_schema: Schema | None = None
    output_schema: Schema | None = None

    def __post_init__(self) -> None:
        """Refuse schemas that cannot be used."""
        for schema in (self.input_schema, self.output_schema):
            problem = None if schema is None else schema_problem(schema)
            if problem is not None:
                raise UsageError(f"the schema of a tool is invalid: {problem}")

    def refuses(self, args: Any) -> str | None:
        """Return what is wrong with arguments; None if they may be passed on."""
        return first_problem(self._takes, args) if self._takes else None

    def breaks(self, value: Any) -> str | None:
        """Return how a value is not what the tool promises; None if it is."""
        return first_problem(self._gives, value) if self._gives else None

    @cached_property
    def _takes(self) -> Any:
        return compiled(self.input_schema) if self.input_schema is not None else None

    @cached_property
    def _gives(self) -> Any:
        return compiled(self.output_schema) if self.output_schema is not None else None


def require_switched_on(features: Features) -> None:
    """Return if a project has switched tools on.

    Raises:
        UsageError: when it has not.
    """
    if not features.tools:
        raise UsageError(
            "the project has not switched tools on",
            "write `tools = true` below [features] in its pybridge.toml",
        )


def checked_tools(tools: Mapping[str, Tool | Callable[..., Any]]) -> dict[str, Tool]:
    """Return all of them as tools; a plain function takes and returns any JSON value.

    Raises:
        UsageError: when a name is none that Python could write, or a value is not callable.
    """
    found: dict[str, Tool] = {}
    for name, given in tools.items():
        is_taken = iskeyword(name) or name in ("all", "ToolError", "ToolDenied")
        if not NAME.fullmatch(name) or is_taken:
            raise UsageError(f"{name!r} cannot be the name of a tool: letters, digits and _")
        found[name] = given if isinstance(given, Tool) else Tool(given)
        if not callable(found[name].call):
            raise UsageError(f"the tool {name!r} cannot be called")
    return found
