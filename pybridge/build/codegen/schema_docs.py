"""Reads the schemas as a reference manual: chapters, concepts, rows of their tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pybridge.build.codegen.schema_forms import Schema, Schemas, parts_of

CHAPTERS: Mapping[str, Sequence[str]] = {
    "Calls and results": ("call", "result", "outcome", "error", "warning"),
    "Documents": ("document", "rendered"),
    "Transforms": ("post", "transformed"),
    "Scripts": ("script", "params"),
    "Limits of a sandbox": ("limits",),
    "Processes": ("invocation", "completed", "cli-session"),
    "Tools for assistants": ("run-result", "run-policy"),
    "The protocol": ("protocol",),
    "The built folder": ("manifest",),
    "Bundles": ("bundle", "bundle-runtime", "bundle-config", "bundle-trust", "bundle-state", "bundle-releases", "registry-release", "registry-publication"),
    "The command line": (
        "cli-render", "cli-run", "cli-scripts", "cli-check", "cli-test", "cli-doctor", "cli-bench", "cli-parity",
        "cli-runtimes", "cli-bundle", "cli-keys", "cli-installed", "cli-registry", "cli-publish", "cli-registry-tokens", "cli-registry-audit", "cli-skill", "cli-skills", "cli-audit", "cli-error",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One member of an object."""

    name: str
    type: str
    note: str
    """`required`, or its default, or nothing."""
    description: str


@dataclass(frozen=True)
class Part:
    """A schema, or a named part of one."""

    title: str
    description: str
    type: str
    rows: tuple[Row, ...]
    rule: str
    """A sentence on what the rows together must fulfil, or nothing."""

    @property
    def anchor(self) -> str:
        """The fragment by which links reach it."""
        return self.title.lower()


@dataclass(frozen=True)
class Concept(Part):
    """A schema of its own file."""

    uri: str
    file: str
    examples: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Chapter:
    """Concepts that belong together."""

    name: str
    concepts: tuple[Concept, ...]

    @property
    def anchor(self) -> str:
        """The fragment by which links reach it."""
        return self.name.lower().replace(" ", "-")


def chapters(schemas: Schemas) -> list[Chapter]:
    """Return the manual; schemas that no chapter names come last."""
    named = {name for names in CHAPTERS.values() for name in names}
    rest = tuple(name for name in schemas if name not in named)
    plan = {**CHAPTERS, **({"Further schemas": rest} if rest else {})}
    manual = Manual(parts_of(schemas))
    return [
        Chapter(
            title, tuple(manual.concept(name, schemas[name]) for name in names if name in schemas)
        )
        for title, names in plan.items()
    ]


class Manual:
    """Knows every part by its URI, so that types can link to each other."""

    def __init__(self, parts: Mapping[str, Schema], own: str = "", other: str = "") -> None:
        """Take the parts.

        Args:
            parts: By URI.
            own: How the URIs of those begin that are on the page itself.
            other: The page of the other definitions.
        """
        self._parts, self._own, self._other = parts, own, other

    def concept(self, name: str, schema: Mapping[str, Any]) -> Concept:
        """Return a schema of its own file, with its parts."""
        uri = schema["$id"]
        whole = self.part(uri)
        return Concept(
            **vars(whole),
            uri=uri,
            file=f"{name}.v1.schema.json",
            examples=tuple(example_text(value) for value in schema.get("examples", ())),
            parts=tuple(self.part(f"{uri}#/$defs/{key}") for key in schema.get("$defs", ())),
        )

    def part(self, uri: str) -> Part:
        """Return a schema, or a part of one, without what it is made of."""
        node = self._parts[uri]
        members = node.get("properties", {})
        return Part(
            title=node["title"],
            description=cell(node["description"]),
            type=self.type_of(node) if not members else "",
            rows=self.rows(node),
            rule=_rule(node) if members else "",
        )

    def rows(self, node: Schema) -> tuple[Row, ...]:
        """Return the members of an object; none for other types."""
        required, members = node.get("required", ()), node.get("properties", {})
        return tuple(self._row(name, item, name in required) for name, item in members.items())

    def _row(self, name: str, node: Schema, is_required: bool) -> Row:
        default = f"default `{json.dumps(node['default'])}`" if "default" in node else ""
        words = node.get("description") or self._target(node).get("description", "")
        if name == "kind" and "const" in node and not words:
            words = "Names this message."
        return Row(name, self.type_of(node), "required" if is_required else default, cell(words))

    def _target(self, node: Schema) -> Schema:
        return self._parts[node["$ref"]] if "$ref" in node else {}

    def type_of(self, node: Schema) -> str:
        """Return the type in words, with links."""
        if "$ref" in node:
            title = self._target(node)["title"]
            page = "" if node["$ref"].startswith(self._own) else self._other
            return f"[{title}]({page}#{title.lower()})"
        if "const" in node:
            return f"`{json.dumps(node['const'])}`"
        if "enum" in node:
            return ", ".join(f"`{json.dumps(value)}`" for value in node["enum"])
        for key in ("anyOf", "oneOf"):
            if key in node and "properties" not in node:
                return " or ".join(self.type_of(branch) for branch in node[key])
        return self._plain(node)

    def _plain(self, node: Schema) -> str:
        kinds = node.get("type", "any JSON value")
        names = [kinds] if isinstance(kinds, str) else kinds
        return " or ".join(self._named(name, node) for name in names)

    def _named(self, name: str, node: Schema) -> str:
        if name == "array" and "items" in node:
            return f"list of {self.type_of(node['items'])}"
        if name == "object" and isinstance(node.get("additionalProperties"), dict):
            return f"map of {self.type_of(node['additionalProperties'])}"
        if name == "object" and "properties" in node:
            inner = (f"`{key}`: {self.type_of(item)}" for key, item in node["properties"].items())
            return "{" + ", ".join(inner) + "}"
        return "open object" if name == "object" else name


def example_text(value: Any) -> str:
    """Return an example on one line, or indented where that is too long."""
    one_line = json.dumps(value, ensure_ascii=False)
    return one_line if len(one_line) <= 110 else json.dumps(value, ensure_ascii=False, indent=2)


def _rule(node: Schema) -> str:
    if "oneOf" not in node:
        return "Open: further members are allowed." if _is_open(node) else ""
    choices = (
        " with ".join(f"`{name}`" for name in branch["required"]) for branch in node["oneOf"]
    )
    return f"Exactly one of {', '.join(choices)}."


def _is_open(node: Schema) -> bool:
    return node.get("additionalProperties") is not False


def cell(text: str) -> str:
    """Return *text* as it can stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")
