"""The schemas by name, and a registry that knows them all and fetches nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybridge import resources

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from referencing import Registry

SUFFIX = ".v1.schema.json"
ABI_VERSION = 1


def read_schemas(folder: Path) -> dict[str, dict[str, Any]]:
    """Read every schema in *folder*, by concept, such as `call`."""
    files = sorted(folder.glob(f"*{SUFFIX}"))
    return {
        file.name.removesuffix(SUFFIX): json.loads(file.read_text(encoding="utf-8"))
        for file in files
    }


@cache
def all_schemas() -> Mapping[str, dict[str, Any]]:
    """Return the schemas that came with this pybridge, by concept."""
    return read_schemas(resources.schemas())


def registry_of(schemas: Mapping[str, Mapping[str, Any]]) -> Registry[Any]:
    """Return a registry of *schemas*; a `$ref` to anything else is an error, never a download."""
    from referencing import Registry, Resource

    found = [Resource.from_contents(schema) for schema in schemas.values()]
    registry: Registry[Any] = Registry()
    return registry.with_resources((schema.id() or "", schema) for schema in found).crawl()


def schema_uri(name: str) -> str:
    """Return the URI of a concept, or of a part of it: `protocol/hostMessage`."""
    concept, _, part = name.partition("/")
    return f"pybridge:{concept}.v1" + (f"#/$defs/{part}" if part else "")


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of a concept or of a part of it.

    Raises:
        referencing.exceptions.Unresolvable: when validating, if there is no such schema.
    """
    from jsonschema import Draft202012Validator  # a third of the start of commands that need none

    return Draft202012Validator({"$ref": schema_uri(name)}, registry=registry_of(all_schemas()))


def error_codes() -> tuple[str, ...]:
    """Return the closed list of error.v1."""
    return tuple(all_schemas()["error"]["$defs"]["code"]["enum"])
