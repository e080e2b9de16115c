"""What is wrong with the parts of an invocation: their types, and what no process can be given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pybridge.processes.guest_paths import path_problem
from pybridge.processes.texts import text_problem

if TYPE_CHECKING:
    from pybridge.abi import Problem

_LARGEST = 2**63 - 1


def problem_at(message: str, *steps: str | int) -> Problem:
    """Return a problem of the part of an invocation.v1 that *steps* lead to."""
    from pybridge.abi import Problem  # few processes have one
    from pybridge.macros.values.problems import pointer

    return Problem(pointer(*steps), message)


def content_of(value: Any, problems: list[Problem], *steps: str | int) -> bytes:
    """Return text or bytes as bytes; add to *problems* what is neither, or not text."""
    if isinstance(value, str):
        try:
            return value.encode("utf-8")
        except UnicodeEncodeError:
            problems.append(problem_at("holds half of a surrogate pair, which is not text", *steps))
    elif isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    else:
        problems.append(problem_at(f"must be text or bytes, not {_type(value)}", *steps))
    return b""


def type_problems(
    stages: Any, contents: Mapping[str, Any], mappings: Mapping[str, Any], limits: Mapping[str, Any]
) -> list[Problem]:
    """Return the parts of another type than they must have.

    Args:
        stages: The arguments of each stage.
        contents: Parts that are bytes, or None, by name.
        mappings: Parts that are mappings from text to text, or to bytes if they are the files.
        limits: Each limit by its name.
    """
    found = list(_stage_types(stages))
    for name, value in contents.items():
        wanted: type = str if name == "cwd" else bytes
        if not isinstance(value, wanted):
            found.append(problem_at(_must_be(wanted, value), name))
    for name, mapping in mappings.items():
        found += _mapping_types(name, mapping)
    found += [
        problem_at(f"must be a whole number from 0 on, not {value!r:.40}", "limits", name)
        for name, value in limits.items()
        if type(value) is not int or not 0 <= value <= _LARGEST
    ]
    return found


def _stage_types(stages: Any) -> Iterator[Problem]:
    if not _is_list(stages):
        yield problem_at(f"must be a list of commands, not {_type(stages)}", "pipeline")
        return
    for number, stage in enumerate(stages):
        place = stage_place(number, is_pipeline=len(stages) > 1)
        if not _is_list(stage):
            yield problem_at(f"must be a list of arguments, not {_type(stage)}", *place)
            continue
        for at, text in enumerate(stage):
            if not isinstance(text, str):
                yield problem_at(_must_be(str, text), *place, at)


def _mapping_types(name: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield problem_at(f"must be a mapping, not {_type(value)}", name)
        return
    wanted: type = bytes if name == "files" else str
    for key, item in value.items():
        if not isinstance(key, str):
            yield problem_at(f"the key {key!r:.40} {_must_be(str, key)}", name)
        elif not isinstance(item, wanted):
            yield problem_at(_must_be(wanted, item), name, key)


def stage_place(number: int, *, is_pipeline: bool) -> tuple[str | int, ...]:
    """Return the steps to a stage: a single command is `argv`."""
    return ("pipeline", number) if is_pipeline else ("argv",)


def command_problems(stages: Sequence[Sequence[str]], *, is_pipeline: bool) -> list[Problem]:
    """Return the stages that name no command, and the arguments that are not text."""
    if not stages:
        return [problem_at("must name a command", "pipeline" if is_pipeline else "argv")]
    found = []
    for number, stage in enumerate(stages):
        place = stage_place(number, is_pipeline=is_pipeline)
        if not stage or not stage[0]:
            found.append(problem_at("must name a command", *place))
        for at, text in enumerate(stage):
            if problem := text_problem(text):
                found.append(problem_at(problem, *place, at))
    return found


def env_problems(env: Mapping[str, str]) -> list[Problem]:
    """Return the variables that no environment can have."""
    found = []
    for name, value in env.items():
        problem = text_problem(name) or text_problem(value)
        if not name or "=" in name:
            problem = "the name of a variable is not empty and has no ="
        if problem:
            found.append(problem_at(problem, "env", name))
    return found


def file_problems(files: Mapping[str, bytes], cwd: str) -> list[Problem]:
    """Return the files and the working folder that no tree can have."""
    found = [
        problem_at(problem, "files", path)
        for path in files
        if (problem := path_problem(path) or ("a folder" if path == "/" else None))
    ]
    found += [
        problem_at(f"{parent} is a file, so it has nothing inside", "files", path)
        for path in files
        for parent in _parents(path)
        if parent in files
    ]
    found += [
        problem_at(f"{parent} is a file, not a folder", "cwd")
        for parent in (*_parents(cwd), cwd)
        if parent in files
    ]
    if problem := path_problem(cwd):
        found.append(problem_at(problem, "cwd"))
    return found


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:number]) for number in range(2, len(parts))]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _must_be(wanted: type, value: Any) -> str:
    return f"must be {'text' if wanted is str else 'bytes'}, not {_type(value)}"


def _type(value: Any) -> str:
    return type(value).__name__
