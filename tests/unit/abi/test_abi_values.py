from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest

from pybridge import abi
from pybridge.engines.limits import Limits
from pybridge.errors import JsonUnreadable

ERROR = abi.all_schemas()["error"]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        pytest.param(abi.ErrorValue, ERROR, id="ErrorValue"),
        pytest.param(abi.Frame, ERROR["$defs"]["frame"], id="Frame"),
        pytest.param(abi.Position, ERROR["$defs"]["callPlace"], id="Position, of a call"),
        pytest.param(abi.Position, ERROR["$defs"]["scriptPlace"], id="Position, of a script"),
        pytest.param(Limits, abi.all_schemas()["limits"], id="Limits"),
    ],
)
def test_typed_values_have_the_members_of_their_schema(kind: Any, schema: dict[str, Any]) -> None:
    members = {abi.to_camel(field.name): field.default is MISSING for field in fields(kind)}
    assert set(members) == set(schema["properties"])
    always = {name for name, is_required in members.items() if is_required}
    assert always <= set(schema.get("required", ()))


def test_error_values_round_trip() -> None:
    for example in ERROR["examples"]:
        assert abi.ErrorValue.from_json(example).to_json() == example


def test_position_reads_as_people_write_it() -> None:
    assert str(abi.Position(11, 1, "posts/trip.md")) == "posts/trip.md:11:1"
    assert str(abi.Position(11)) == "11"


def test_limits_default_to_the_schema() -> None:
    limits = abi.all_schemas()["limits"]["properties"]
    assert Limits().to_json() == {name: limit["default"] for name, limit in limits.items()}


def test_the_hosts_maximum_wins() -> None:
    asked = Limits(item_s=60, memory_mib=128)
    assert asked.capped(Limits(item_s=10)) == Limits(item_s=10, memory_mib=128)


@pytest.mark.parametrize(
    ("snake", "camel"),
    [
        ("id", "id"),
        ("is_preview", "isPreview"),
        ("linked_media_ids", "linkedMediaIds"),
        ("sha256", "sha256"),
    ],
)
def test_names_map_both_ways(snake: str, camel: str) -> None:
    assert abi.to_camel(snake) == camel
    assert abi.to_snake(camel) == snake


def test_every_name_on_the_wire_survives_the_mapping() -> None:
    # Their names are those of existing hosts.
    of_the_field = {"bundle", "bundle-config", "registry-release"}
    for concept in abi.all_schemas().keys() - of_the_field:
        schema = abi.all_schemas()[concept]
        for name in schema.get("properties", {}):
            assert abi.to_camel(abi.to_snake(name)) == name


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('{"a": 1,}', "x:1:8: not JSON: Illegal trailing comma", id="trailing comma"),
        pytest.param('{"a":\n [NaN]}', "x:2:3: not JSON: NaN is not allowed", id="NaN"),
        pytest.param("[-Infinity]", "x:1:2: not JSON: -Infinity is not allowed", id="infinity"),
        pytest.param("", "x:1:1: not JSON: Expecting value", id="empty"),
        pytest.param("[" * 100_000, "x:1:1: not JSON: nested too deeply", id="deep"),
        pytest.param(
            "1" * 10_000, "x:1:1: not JSON: a number of more than 250 characters", id="huge number"
        ),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(JsonUnreadable) as caught:
        abi.parse_json(text, "x")
    # The trailing comma has words of its own since Python 3.13.
    told = str(caught.value)
    assert told.startswith(place) or "Expecting property name" in told
