"""Holds JSON values to the schemas: all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pybridge.abi.schemas import ABI_VERSION, all_schemas, registry_of, validator
from pybridge.abi.values import Problem
from pybridge.abi.wording import problems_of
from pybridge.errors import CallInvalid, Invalid, PybridgeError

if TYPE_CHECKING:
    from jsonschema import ValidationError


@dataclass(eq=False)
class AbiMismatch(PybridgeError):
    """The other side speaks another version of the ABI."""

    theirs: object
    ours: int
    code = "abi"

    def what(self) -> str:
        """Name both versions."""
        sent = "no ABI version" if self.theirs is None else f"ABI {self.theirs}"
        return f"this pybridge speaks ABI {self.ours}, the caller sent {sent}"

    @property
    def hint(self) -> str:
        """Say what to do."""
        if isinstance(self.theirs, int) and self.theirs > self.ours:
            return "upgrade pybridge, or rebuild the caller against this version's abi.d.ts"
        return f'send "abi": {self.ours}, in the shape of docs/abi.md'

    def places(self) -> Mapping[str, Any]:
        """Return the place."""
        return {"pointer": "/abi"}


def validate(name: str, instance: Any) -> list[Problem]:
    """Return every problem of *instance*, none if it is valid.

    *name* is a concept (`call`) or a part of one (`protocol/workerMessage`).
    """
    try:
        found = [_flatten(error) for error in validator(name).iter_errors(instance)]
    except RecursionError:
        return [Problem("", "nested too deeply")]
    return list(dict.fromkeys(problem for problems in found for problem in problems))


def _flatten(error: ValidationError) -> list[Problem]:
    return list(problems_of(error))


def require(name: str, instance: Any) -> None:
    """Return if *instance* is valid.

    Raises:
        AbiMismatch: when it is a call of another ABI version.
        CallInvalid: if the call is invalid.
        Invalid: if the value is not a valid *name*.
    """
    if name == "call":
        require_version(instance)
    problems = validate(name, instance)
    if problems:
        raise (CallInvalid if name == "call" else Invalid)(name, problems)


def require_version(instance: Any) -> None:
    """Return if *instance* says our ABI version, or says none where `validate` will tell.

    Raises:
        AbiMismatch: when it says another one.
    """
    if isinstance(instance, Mapping) and "abi" in instance:
        theirs = instance["abi"]
        if isinstance(theirs, bool) or theirs != ABI_VERSION:
            raise AbiMismatch(theirs, ABI_VERSION)


def validate_against(schema: Mapping[str, Any], instance: Any) -> list[Problem]:
    """Return every problem of *instance* under a schema of our own that is not one of the concepts, such as of a tool."""
    from jsonschema import Draft202012Validator

    checker = Draft202012Validator(schema, registry=registry_of(all_schemas()))
    try:
        found = [_flatten(error) for error in checker.iter_errors(instance)]
    except RecursionError:
        return [Problem("", "nested too deeply")]
    return list(dict.fromkeys(problem for problems in found for problem in problems))
