"""Describe what jsonschema found, with JSON pointers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pybridge.abi.values import Problem
from pybridge.macros.values.problems import closest, pointer

if TYPE_CHECKING:
    from jsonschema import ValidationError

_PREVIEW = 60

_EMPTY = "must not be empty"

_FILLED = re.compile(r"\[\^\\t[^]]+\]")
"""The pattern of a text in which there is something besides spaces, as post.v1 has it."""


def problems_of(error: ValidationError) -> Iterator[Problem]:
    """Yield what *error* means, in plain words; a union's error becomes that of the branch meant."""
    words = _WORDS.get(str(error.validator))
    if words is None:
        yield Problem(pointer_of(error), _clip(error.message, 200))
    else:
        yield from words(error)


def pointer_of(error: ValidationError, *more: str) -> str:
    """Return the JSON pointer to what *error* is about."""
    return pointer(*error.absolute_path, *more)


def preview(value: Any) -> str:
    """Return *value* as JSON, short enough for a message."""
    try:
        return _clip(json.dumps(value, ensure_ascii=False), _PREVIEW)
    except (TypeError, ValueError, RecursionError):
        return type(value).__name__


# jsonschema types these three as "or unset", which they never are in an error that was yielded.


def _schema(error: ValidationError) -> Any:
    return error.schema


def _value(error: ValidationError) -> Any:
    return error.validator_value


def _instance(error: ValidationError) -> Any:
    return error.instance


def _required(error: ValidationError) -> Iterator[Problem]:
    # jsonschema yields one error for each missing name and tells it in the message only.
    name = error.message.rpartition(" is a required property")[0].strip("'\"")
    yield Problem(pointer_of(error), f"`{name}` is missing")


def _unexpected(error: ValidationError) -> Iterator[Problem]:
    known = list(_schema(error).get("properties", {}))
    for name in _instance(error):
        if name not in known:
            hint = _did_you_mean(name, known) or f" (known: {', '.join(f'`{k}`' for k in known)})"
            yield Problem(pointer_of(error, name), f"`{_clip(name, _PREVIEW)}` is not known{hint}")


def _type(error: ValidationError) -> Iterator[Problem]:
    wanted = _value(error)
    names = [wanted] if isinstance(wanted, str) else wanted
    yield Problem(pointer_of(error), _expected(names, error.instance))


def _enum(error: ValidationError) -> Iterator[Problem]:
    allowed = [preview(value) for value in _value(error)]
    hint = _did_you_mean(error.instance, _value(error))
    message = f"must be one of {', '.join(allowed)}, not {preview(error.instance)}{hint}"
    yield Problem(pointer_of(error), message)


def _const(error: ValidationError) -> Iterator[Problem]:
    wanted, found = preview(_value(error)), preview(error.instance)
    yield Problem(pointer_of(error), f"must be {wanted}, not {found}")


def _pattern(error: ValidationError) -> Iterator[Problem]:
    message = f"{preview(error.instance)} does not match {_value(error)}"
    yield Problem(pointer_of(error), _EMPTY if _FILLED.fullmatch(_value(error)) else message)


def _one_of(error: ValidationError) -> Iterator[Problem]:
    if "discriminator" in _schema(error):
        yield from _discriminated(error)
    elif all(set(branch) == {"required"} for branch in _value(error)):
        if isinstance(error.instance, Mapping):  # else `type` beside it says it
            yield _exactly_one(error)
    else:
        yield from _any_of(error)


def _discriminated(error: ValidationError) -> Iterator[Problem]:
    key = _tag(error)
    if not isinstance(error.instance, Mapping) or key not in error.instance:
        return  # `type` and `required` beside the union say it
    meant = _meant(error)
    if meant is not None:
        for inner in meant:
            yield from problems_of(inner)
        return
    tags = [_value(e) for e in error.context or () if _is_about(e, error, key)]
    value = _instance(error)[key]
    message = f"no {key} is named {preview(value)}{_did_you_mean(value, tags)}"
    yield Problem(pointer_of(error, key), message)


def _tag(error: ValidationError) -> str:
    return str(_schema(error)["discriminator"]["propertyName"])


def _meant(error: ValidationError) -> list[ValidationError] | None:
    """Return the errors of the one branch that the discriminator names."""
    key = _tag(error)
    fitting = [
        found for found in _branches(error) if not any(_is_about(e, error, key) for e in found)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _is_about(inner: ValidationError, outer: ValidationError, key: str) -> bool:
    return inner.validator == "const" and list(inner.absolute_path) == [*outer.absolute_path, key]


def _exactly_one(error: ValidationError) -> Problem:
    sets = [branch["required"] for branch in _value(error)]
    wanted = ", ".join(" with ".join(f"`{name}`" for name in names) for names in sets)
    firsts = [names[0] for names in sets]
    present = [f"`{name}`" for name in firsts if name in _instance(error)]
    found = f"has {' and '.join(present)}" if present else "has none of them"
    return Problem(pointer_of(error), f"needs exactly one of {wanted}, and {found}")


def _any_of(error: ValidationError) -> Iterator[Problem]:
    branches = _branches(error)
    depth = len(error.absolute_path)
    typed = [e for found in branches for e in found if _is_type_error(e, depth)]
    if len(typed) == len(branches):
        wanted = [name for e in typed for name in _names(_value(e))]
        yield Problem(pointer_of(error), _expected(wanted, error.instance))
        return
    fitting = [found for found in branches if not any(_is_type_error(e, depth) for e in found)]
    for inner in min(fitting or branches, key=_distance, default=[]):
        yield from problems_of(inner)


def _distance(errors: Sequence[ValidationError]) -> tuple[bool, int, int]:
    """Rank a branch of a union: the one that was probably meant comes first."""
    unions = [e for e in errors if e.validator == "oneOf" and "discriminator" in _schema(e)]
    is_foreign = any(_meant(error) is None for error in unions)
    return is_foreign, -max(len(error.absolute_path) for error in errors), len(errors)


def _is_type_error(error: ValidationError, depth: int) -> bool:
    return error.validator == "type" and len(error.absolute_path) == depth


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    found: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        found.setdefault(inner.schema_path[0], []).append(inner)
    return list(found.values())


def _names(types: str | Sequence[str]) -> list[str]:
    return [types] if isinstance(types, str) else list(types)


def _expected(types: Sequence[str], value: Any) -> str:
    wanted = " or ".join(dict.fromkeys(types))
    return f"expected {wanted}, got {_type_name(value)}"


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", int: "number", float: "number"}
    for kind, name in names.items():
        if isinstance(value, kind):
            return f"{name} {preview(value)}"
    if isinstance(value, Mapping):
        return "object"
    return "array" if isinstance(value, list) else type(value).__name__


def _did_you_mean(value: Any, known: Sequence[Any]) -> str:
    names = [name for name in known if isinstance(name, str)]
    near = closest(value, names) if isinstance(value, str) else None
    return f", did you mean `{near}`?" if near else ""


def _clip(text: str, at_most: int) -> str:
    return text if len(text) <= at_most else text[: at_most - 1] + "…"


_WORDS: Mapping[str, Callable[[ValidationError], Iterator[Problem]]] = {
    "required": _required,
    "additionalProperties": _unexpected,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "oneOf": _one_of,
    "anyOf": _any_of,
}
