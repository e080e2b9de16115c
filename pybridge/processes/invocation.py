"""What a process is given: its command, streams, files, environment, limits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from pybridge.errors import Invalid
from pybridge.processes.guest_paths import path_problem

if TYPE_CHECKING:
    from pybridge.abi import Problem

HOME = "/home/user"
"""The working folder of a process, unless it names another."""


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
    def from_json(cls, value: Mapping[str, int], default: ProcessLimits) -> ProcessLimits:
        """Read the limits of an invocation.v1, which was validated before."""
        from pybridge import abi  # a third of the start of processes that are not described in JSON

        names = [field.name for field in fields(cls)]
        return cls(
            **{each: value.get(abi.to_camel(each), getattr(default, each)) for each in names}
        )


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
            Invalid: when it is not valid; `problems_of` has further rules.
        """
        from pybridge import abi

        abi.require("invocation", value)
        return cls(
            stages=[value["argv"]] if "argv" in value else value["pipeline"],
            stdin=_content(value.get("stdin", ""), "/stdin"),
            files={
                path: _content(content, f"/files/{_pointer(path)}")
                for path, content in value.get("files", {}).items()
            },
            env=value.get("env", {}),
            cwd=value.get("cwd", HOME),
            runtime=value.get("runtime", runtime),
            limits=ProcessLimits.from_json(value.get("limits", {}), limits or ProcessLimits()),
        )

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

    def require(self) -> None:
        """Return if every part of it can be passed to a process.

        Raises:
            Invalid: when one cannot; names all of them.
        """
        problems = [*_command_problems(self.stages), *_env_problems(self.env)]
        problems += [
            _problem(f"/files/{_pointer(path)}", problem)
            for path in self.files
            if (problem := path_problem(path) or ("a folder" if path == "/" else None))
        ]
        problems += _overlaps(self.files)
        if problem := path_problem(self.cwd):
            problems.append(_problem("/cwd", problem))
        if problems:
            raise Invalid("invocation", problems[:20])


def _problem(pointer: str, message: str) -> Problem:
    from pybridge.abi import Problem

    return Problem(pointer, message)


def _encoded(content: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(content).decode("ascii")}


def _content(value: Any, pointer: str) -> bytes:
    try:
        if isinstance(value, str):
            return value.encode("utf-8")
        return base64.b64decode(value["base64"], validate=True)
    except UnicodeEncodeError:
        problem = "half of a surrogate pair, which is not text"
    except (binascii.Error, ValueError):
        problem = "not base64"
    raise Invalid("invocation", [_problem(pointer, problem)])


def _command_problems(stages: Sequence[Sequence[str]]) -> list[Problem]:
    if not stages or not all(stages):
        return [_problem("/argv", "must name a command")]
    return [
        _problem(f"/argv/{number}", problem)
        for stage in stages
        for number, text in enumerate(stage)
        if (problem := _text_problem(text))
    ]


def _env_problems(env: Mapping[str, str]) -> list[Problem]:
    problems = []
    for name, value in env.items():
        problem = _text_problem(name) or _text_problem(value)
        if not name or "=" in name:
            problem = "the name of a variable is not empty and has no ="
        if problem:
            problems.append(_problem(f"/env/{_pointer(name)}", problem))
    return problems


def _text_problem(text: str) -> str | None:
    if "\0" in text:
        return "holds a NUL character"
    return None if _is_text(text) else "half of a surrogate pair, which is not text"


def _overlaps(files: Mapping[str, bytes]) -> list[Problem]:
    """Return the files that would be inside another file."""
    return [
        _problem(f"/files/{_pointer(path)}", f"{above} is a file, so it has nothing inside")
        for path in files
        for above in _above(path)
        if above in files
    ]


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:number]) for number in range(2, len(parts))]


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
