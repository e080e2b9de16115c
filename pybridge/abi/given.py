"""JSON Schemas that an application gives, for values that are not ours. Nothing is fetched for a `$ref`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Schema = Mapping[str, Any]
_LONGEST = 300


def schema_problem(schema: Schema) -> str | None:
    """Return what is wrong with a schema (2020-12); None if it can be used."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return error.message[:_LONGEST]
    except RecursionError:
        return "nested too deeply"
    return None


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
