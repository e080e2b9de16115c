"""JSON Schemas that an application gives, for values that are not ours. Nothing is fetched for a `$ref`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Schema = Mapping[str, Any]
_LONGEST = 300
_MOST_DEPTH = 100
"""Of a schema. What recursion takes is not a bound: it depends on who calls, and on what a process allows."""


def schema_problem(schema: Schema) -> str | None:
    """Return what is wrong with a schema (2020-12); None if it can be used."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    if _is_too_deep(schema):
        return "nested too deeply"
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return error.message[:_LONGEST]
    except RecursionError:
        return "nested too deeply"
    return None


def _is_too_deep(schema: Schema) -> bool:
    level: dict[int, Any] = {id(schema): schema}
    for _ in range(_MOST_DEPTH):
        inner = [value for holder in level.values() for value in _values(holder)]
        level = {id(value): value for value in inner if isinstance(value, Mapping | list | tuple)}
        if not level:
            return False
    return True


def _values(holder: Any) -> Iterable[Any]:
    return holder.values() if isinstance(holder, Mapping) else holder


def compiled(schema: Schema) -> Draft202012Validator:
    """Return the validator of a schema without problems."""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(schema, registry=Registry())


def first_problem(validator: Draft202012Validator, value: Any) -> str | None:
    """Return the place and the message of what a value does not fulfil; None if it fits."""
    from referencing.exceptions import Unresolvable

    try:
        error = next(iter(validator.iter_errors(value)), None)
    except RecursionError:
        return "nested too deeply"
    except OverflowError:
        return "a number is too large"
    except Unresolvable as error_of_schema:
        return f"its schema refers to what it does not hold: {error_of_schema}"[:_LONGEST]
    if error is None:
        return None
    where = "/".join(map(str, error.absolute_path))
    return f"{f'/{where}: ' if where else ''}{error.message}"[:_LONGEST]
