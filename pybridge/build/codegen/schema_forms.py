"""Puts the schemas into the forms that Ajv and the TypeScript generator want."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

Schema = dict[str, Any]
Schemas = Mapping[str, Mapping[str, Any]]

_WORDS = ("$schema", "title", "description", "examples", "default")
_MAPS = ("properties", "definitions")


def parts_of(schemas: Schemas) -> dict[str, Schema]:
    """Return every schema and every `$defs` of one by its full URI, refs made absolute."""
    found: dict[str, Schema] = {}
    for schema in schemas.values():
        base = schema["$id"]
        absolute = partial(_absolute, base)
        found[base] = _each_schema({k: v for k, v in schema.items() if k != "$defs"}, absolute)
        for key, part in schema.get("$defs", {}).items():
            found[f"{base}#/$defs/{key}"] = _each_schema(part, absolute)
    return found


def for_ajv(schemas: Schemas) -> list[Schema]:
    """Return the parts as schemas of their own, so that each is compiled once, words left out."""
    return [
        {**_each_schema(part, _bare), "$id": ajv_uri(uri)}
        for uri, part in parts_of(schemas).items()
    ]


def ajv_uri(uri: str) -> str:
    """Return the `$id` that a part has for Ajv."""
    return uri.replace("#/$defs/", "/")


def for_typescript(schemas: Schemas, start: str | None = None) -> Schema:
    """Return one schema whose definitions are named by the titles.

    Args:
        schemas: All of them.
        start: Take only this concept, and what it refers to; None for everything.
    """
    parts = parts_of(schemas) if start is None else _needed(parts_of(schemas), schemas[start])
    titles = {uri: part["title"] for uri, part in parts.items()}
    definitions = {
        titles[uri]: {**_each_schema(part, lambda node: _typed(node, titles)), "title": titles[uri]}
        for uri, part in parts.items()
    }
    wholes = schemas.values() if start is None else [schemas[start]]
    whole = [{"$ref": f"#/definitions/{titles[schema['$id']]}"} for schema in wholes]
    return {"description": "Any of these values.", "anyOf": whole, "definitions": definitions}


def _needed(parts: Mapping[str, Schema], start: Mapping[str, Any]) -> dict[str, Schema]:
    """Return the parts that *start* refers to, itself included."""
    wanted, found = [start["$id"]], dict[str, Schema]()
    while wanted:
        uri = wanted.pop()
        if uri not in found:
            found[uri] = parts[uri]
            _each_schema(parts[uri], lambda node: _note(node, wanted))
    return found


def _note(node: Schema, wanted: list[str]) -> Schema:
    if "$ref" in node:
        wanted.append(node["$ref"])
    return node


def _absolute(base: str, node: Schema) -> Schema:
    ref = node.get("$ref", "")
    return {**node, "$ref": base + ref} if ref.startswith("#") else node


def _bare(node: Schema) -> Schema:
    bare = {key: value for key, value in node.items() if key not in _WORDS}
    return {**bare, "$ref": ajv_uri(bare["$ref"])} if "$ref" in bare else bare


def _typed(node: Schema, titles: Mapping[str, str]) -> Schema:
    if "$ref" in node:
        ref = {"$ref": f"#/definitions/{titles[node['$ref']]}"}
        return (
            {"description": node["description"], "allOf": [ref]} if "description" in node else ref
        )
    dropped = ("$id", "$schema", "title", "examples", "discriminator", "propertyNames")
    kept = {key: value for key, value in node.items() if key not in dropped}
    if "discriminator" in node:
        return {key: kept[key] for key in ("description", "oneOf")}
    if set(kept) <= {"description"}:
        return {**kept, "tsType": "unknown"}
    if _is_choice(kept):
        return {"description": kept["description"], "oneOf": _variants(kept)}
    return kept


def _is_choice(node: Schema) -> bool:
    return "oneOf" in node and all(set(branch) == {"required"} for branch in node["oneOf"])


def _variants(node: Schema) -> list[Schema]:
    """Spell out "exactly one of these": each branch with its own members, without the others'."""
    choices = [branch["required"] for branch in node["oneOf"]]
    return [
        {
            "type": "object",
            "additionalProperties": False,
            "required": [*node.get("required", []), *mine],
            "properties": {
                name: value
                for name, value in node["properties"].items()
                if not any(name == other[0] for other in choices if other is not mine)
            },
        }
        for mine in choices
    ]


def _each_schema(node: Any, change: Callable[[Schema], Schema]) -> Any:
    """Rebuild *node* bottom up, applying *change* to every schema, never to a map of them."""
    if not isinstance(node, dict):
        return node
    rebuilt: Schema = {}
    for key, value in node.items():
        if key in _MAPS:
            rebuilt[key] = {name: _each_schema(item, change) for name, item in value.items()}
        elif key in ("items", "additionalProperties", "propertyNames"):
            rebuilt[key] = _each_schema(value, change)
        elif key in ("anyOf", "oneOf", "allOf"):
            rebuilt[key] = [_each_schema(item, change) for item in value]
        else:
            rebuilt[key] = value
    return change(rebuilt)
