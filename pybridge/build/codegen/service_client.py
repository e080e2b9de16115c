"""Generate what others need to speak to the service: types, one function per method, the page of methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge.build import templates
from pybridge.build.codegen.schema_docs import Manual, Row, cell, example_text
from pybridge.build.codegen.schema_forms import Schema, Schemas, for_typescript, parts_of
from pybridge.build.esbuild import run_tool

INTERFACE = "rpc"
"""The schema that describes the service."""
SERVICE = Path("web_worker/service")
"""The client's folder."""


@dataclass(frozen=True)
class Exchange:
    """A method or an event, as the page shows it."""

    name: str
    description: str
    params: tuple[Row, ...]
    result: tuple[Row, ...]
    result_type: str
    """Link to the description of its result; empty if `result` lists it."""
    examples: tuple[str, ...]
    """Of the params, and of the result where there is one."""

    @property
    def anchor(self) -> str:
        """The fragment by which links reach it."""
        return self.name.replace(".", "").lower()


@dataclass(frozen=True)
class Group:
    """The methods whose names begin alike."""

    name: str
    methods: tuple[tuple[str, str, str, bool], ...]
    """Name behind the dot, whole name, description, whether it needs params."""


def service_files(schemas: Schemas, heading: str) -> dict[Path, str]:
    """Return the text of every file that follows from the interface alone."""
    return {
        SERVICE / "generated" / "rpc.d.ts": _types(schemas, heading),
        SERVICE / "generated" / "methods.js": _methods(schemas[INTERFACE], heading),
        Path("docs/service-methods.md"): _page(schemas, heading),
    }


def _types(schemas: Schemas, heading: str) -> str:
    answer = run_tool(
        "types.mjs", {"schema": for_typescript(schemas, INTERFACE), "name": "RpcValue"}
    )
    source = "// Source: schemas/rpc.v1.schema.json, web_worker/tools/types.mjs.\n\n"
    return f"// {heading}\n{source}{answer['text']}"


def _methods(interface: Mapping[str, Any], heading: str) -> str:
    grouped: dict[str, list[tuple[str, str, str, bool]]] = {}
    for name in interface["$defs"]["methods"]["properties"]:
        group, _, rest = name.partition(".")
        if rest:
            part = interface["$defs"][name]
            needs_params = bool(part["properties"]["params"]["required"])
            grouped.setdefault(group, []).append((rest, name, part["description"], needs_params))
    groups = [Group(name, tuple(methods)) for name, methods in grouped.items()]
    events = list(interface["$defs"]["events"]["properties"])
    return templates.render("methods.js.jinja", heading=heading, groups=groups, events=events)


def _page(schemas: Schemas, heading: str) -> str:
    uri = schemas[INTERFACE]["$id"]
    parts = parts_of(schemas)
    manual = Manual(parts, own=uri, other="abi.md")
    named = (
        *("changed", "default", "source", "documentEntry", "documentText"),
        *("offeredTool", "toolLimits", "toolCall"),
    )
    return templates.render(
        "service-methods.md.jinja",
        heading=heading,
        methods=_exchanges(schemas[INTERFACE], parts, manual, "methods"),
        requests=_exchanges(schemas[INTERFACE], parts, manual, "requests"),
        events=_exchanges(schemas[INTERFACE], parts, manual, "events"),
        parts=[manual.part(f"{uri}#/$defs/{key}") for key in named],
    )


def _exchanges(
    interface: Mapping[str, Any], parts: Mapping[str, Schema], manual: Manual, kind: str
) -> list[Exchange]:
    examples = interface["examples"][0][kind]
    table = parts[f"{interface['$id']}#/$defs/{kind}"]["properties"]
    return [
        _exchange(name, parts[item["$ref"]], manual, examples[name]) for name, item in table.items()
    ]


def _exchange(name: str, part: Schema, manual: Manual, example: Mapping[str, Any]) -> Exchange:
    params, result = part["properties"]["params"], part["properties"].get("result", {})
    return Exchange(
        name,
        cell(part["description"]),
        manual.rows(params),
        manual.rows(result),
        manual.type_of(result) if "$ref" in result else "",
        tuple(example_text(example[key]) for key in ("params", "result") if key in example),
    )
