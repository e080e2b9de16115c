"""What a process is given: its command, streams, files, environment, limits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from pybridge.errors import Invalid
from pybridge.processes.checks import (
    command_problems,
    content_of,
    env_problems,
    file_problems,
    problem_at,
    type_problems,
)

if TYPE_CHECKING:
    from pybridge.abi import Problem

HOME = "/home/user"
"""The working folder of a process, unless it names another."""

_MOST_PROBLEMS = 20
_STDIN = ""
"""Stands for the input among files, of which none has this path."""


@dataclass(frozen=True)
class ProcessLimits:
    """The limits of a process; a test holds the defaults to invocation.v1."""

    timeout_ms: int = 30_000
    """Milliseconds for all stages together, from the start of the first."""
    memory_bytes: int = 256 * 1024 * 1024
    """Bytes of memory for each stage."""
    stdout_bytes: int = 1024 * 1024
    """Bytes of standard output that are kept."""
    stderr_bytes: int = 1024 * 1024
    """Bytes of standard error that are kept."""
    files_bytes: int = 64 * 1024 * 1024
    """Bytes of all files together; also what one stage can hand to the next."""
    file_count: int = 10_000
    """Files and folders."""
    command_bytes: int = 64 * 1024
    """Bytes of all arguments together, and of the environment."""

    @classmethod
    def from_json(cls, value: Mapping[str, float], default: ProcessLimits) -> ProcessLimits:
        """Read the limits of an invocation.v1, which was validated before."""
        from pybridge import abi  # a third of the start of processes that are not described in JSON

        names = [field.name for field in fields(cls)]
        given = {each: value.get(abi.to_camel(each), getattr(default, each)) for each in names}
        return cls(**{name: int(limit) for name, limit in given.items()})  # 1e3 is an integer, too


@dataclass(frozen=True)
class Invocation:
    """A process, or several whose output is the next one's input."""

    stages: Sequence[Sequence[str]]
    """The arguments of each stage, beginning with the command."""
    stdin: bytes = b""
    """The input of the first stage."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Files by their absolute path."""
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = HOME
    runtime: str = "cpython"
    """Which Python runs `python`."""
    limits: ProcessLimits = ProcessLimits()

    @classmethod
    def from_json(
        cls, value: Any, *, runtime: str = "cpython", limits: ProcessLimits | None = None
    ) -> Invocation:
        """Read an invocation.v1.

        Args:
            value: The JSON value.
            runtime: Where it names none.
            limits: Where it names none.

        Raises:
            Invalid: when it is not valid; names all problems that can be found.
        """
        from pybridge import abi

        problems = abi.validate("invocation", value)
        contents = _contents(value, problems)
        if problems:
            raise Invalid("invocation", problems[:_MOST_PROBLEMS])
        invocation = cls(
            stages=[value["argv"]] if "argv" in value else value["pipeline"],
            stdin=contents.pop(_STDIN),
            files=contents,
            env=value.get("env", {}),
            cwd=value.get("cwd", HOME),
            runtime=value.get("runtime", runtime),
            limits=ProcessLimits.from_json(value.get("limits", {}), limits or ProcessLimits()),
        )
        invocation.require(is_pipeline="pipeline" in value)
        return invocation

    def to_json(self) -> dict[str, Any]:
        """Return it as an invocation.v1."""
        from pybridge import abi

        stages = [list(stage) for stage in self.stages]
        limits = {
            abi.to_camel(each.name): getattr(self.limits, each.name) for each in fields(self.limits)
        }
        return {
            **({"argv": stages[0]} if len(stages) == 1 else {"pipeline": stages}),
            "stdin": _encoded(self.stdin),
            "files": {path: _encoded(content) for path, content in self.files.items()},
            "env": dict(self.env),
            "cwd": self.cwd,
            "runtime": self.runtime,
            "limits": limits,
        }

    def require(self, *, is_pipeline: bool | None = None) -> None:
        """Return if every part of it can be passed to a process.

        Args:
            is_pipeline: Whether its commands are named as those of a pipeline; None if they are several.

        Raises:
            Invalid: when one cannot; names all of them.
        """
        as_pipeline = len(self.stages) > 1 if is_pipeline is None else is_pipeline
        problems = [
            *command_problems(self.stages, is_pipeline=as_pipeline),
            *env_problems(self.env),
            *file_problems(self.files, self.cwd),
        ]
        if problems:
            raise Invalid("invocation", problems[:_MOST_PROBLEMS])

    def require_types(self) -> None:
        """Return if every part of it has the type that it must have.

        Raises:
            Invalid: when one has not; names all of them.
        """
        limits: object = self.limits
        if not isinstance(limits, ProcessLimits):
            message = f"must be ProcessLimits, not {type(limits).__name__}"
            raise Invalid("invocation", [problem_at(message, "limits")])
        problems = type_problems(
            self.stages,
            {"stdin": self.stdin, "cwd": self.cwd},
            {"files": self.files, "env": self.env},
            {each.name: getattr(self.limits, each.name) for each in fields(ProcessLimits)},
        )
        if problems:
            raise Invalid("invocation", problems[:_MOST_PROBLEMS])


def _contents(value: Any, problems: list[Problem]) -> dict[str, bytes]:
    """Return the files of an invocation.v1, and its input as `_STDIN`; add to *problems* what is not content."""
    if not isinstance(value, dict):
        return {}
    files = value.get("files", {})
    found = {_STDIN: _content(value.get("stdin", ""), problems, "stdin")}
    if isinstance(files, dict):
        found |= {path: _content(each, problems, "files", path) for path, each in files.items()}
    return found


def _encoded(content: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(content).decode("ascii")}


def _content(value: Any, problems: list[Problem], *steps: str) -> bytes:
    """Return the bytes of a content; one that breaks the schema is none, and not told again."""
    if isinstance(value, str):
        return content_of(value, problems, *steps)
    if not isinstance(value, dict) or not isinstance(value.get("base64"), str):
        return b""
    try:
        return base64.b64decode(value["base64"], validate=True)
    except (binascii.Error, ValueError):
        problems.append(problem_at("not base64", *steps))
        return b""
