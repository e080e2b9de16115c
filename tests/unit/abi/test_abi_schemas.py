from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from pybridge import abi, resources
from pybridge.abi.schemas import registry_of
from pybridge.build.codegen.schema_forms import parts_of

SCHEMAS = abi.all_schemas()
PARTS = parts_of(SCHEMAS)
OPEN = {
    "pybridge:call.v1": {"params", "post", "data"},
    "pybridge:document.v1": {"post", "data"},
    "pybridge:post.v1": {""},
    "pybridge:protocol.v1#/$defs/shared": {"post", "data"},
    "pybridge:protocol.v1#/$defs/transform": {"context"},
    "pybridge:rpc.v1#/$defs/project.shared": {"data"},
}


def nodes(
    node: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every schema inside *node*, with the path to it."""
    if not isinstance(node, dict):
        return
    yield path, node
    for key, value in node.items():
        if key == "properties":
            for name, item in value.items():
                yield from nodes(item, (*path, name))
        elif key in ("items", "additionalProperties"):
            yield from nodes(value, (*path, key))
        elif key in ("anyOf", "oneOf"):
            for item in value:
                yield from nodes(item, path)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_valid_and_named_after_its_file(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == f"pybridge:{name}.v1"
    assert (resources.schemas() / f"{name}.v1.schema.json").is_file()


@pytest.mark.parametrize("name", SCHEMAS)
def test_examples_are_valid(name: str) -> None:
    examples = SCHEMAS[name]["examples"]
    assert {i: abi.validate(name, example) for i, example in enumerate(examples)} == {
        i: [] for i in range(len(examples))
    }


@pytest.mark.parametrize("uri", PARTS)
def test_every_part_and_member_is_described(uri: str) -> None:
    part = PARTS[uri]
    assert part["title"]
    assert part["description"]
    for _, node in nodes(part):
        for name, member in node.get("properties", {}).items():
            told = "description" in member or "$ref" in member or name == "kind"
            assert told, f"{uri}: {name} is not described"


@pytest.mark.parametrize("uri", PARTS)
def test_objects_are_closed(uri: str) -> None:
    for path, node in nodes(PARTS[uri]):
        if "properties" not in node and node.get("additionalProperties") is not True:
            continue
        is_open = node["additionalProperties"] is not False
        expected = bool(set(path or [""]) & OPEN.get(uri, set())) or uri.endswith(
            "cli-bench.v1#/$defs/environment"
        )
        assert is_open == expected, f"{uri}: {'/'.join(path)}"


def test_titles_are_unique_so_that_types_and_anchors_are() -> None:
    titles = [part["title"].lower() for part in PARTS.values()]
    assert sorted(titles) == sorted(set(titles))


def test_every_reference_leads_to_a_part() -> None:
    refs = {node["$ref"] for part in PARTS.values() for _, node in nodes(part) if "$ref" in node}
    assert refs - set(PARTS) == set()


def test_unknown_reference_is_an_error_and_is_never_fetched() -> None:
    draft = "https://json-schema.org/draft/2020-12/schema"
    schema = {
        "$schema": draft,
        "$id": "pybridge:x.v1",
        "$ref": "https://example.invalid/schema.json",
    }
    validator = Draft202012Validator(schema, registry=registry_of({"x": schema}))
    with pytest.raises(Unresolvable):
        list(validator.iter_errors({}))


def test_messages_of_one_direction_differ_in_kind() -> None:
    for direction in ("hostMessage", "workerMessage"):
        union = SCHEMAS["protocol"]["$defs"][direction]["oneOf"]
        parts = [SCHEMAS["protocol"]["$defs"][ref["$ref"].rpartition("/")[2]] for ref in union]
        kinds = [part["properties"]["kind"]["const"] for part in parts]
        assert len(kinds) == len(set(kinds))
