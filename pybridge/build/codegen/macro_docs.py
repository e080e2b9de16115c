"""The pages on the built-in macros: params from the scripts, examples rendered by the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybridge import resources
from pybridge.build import templates
from pybridge.formats import Bounds, read_toml
from pybridge.macros.wire import Session

FOLDER = Path("docs/macros")

_EXAMPLES = Path(__file__).with_name("macro_examples.toml")
_BOUNDS = Bounds(characters=100_000, depth=33, values=20_000)
_WIDTH = 120  # characters
_TYPE_NAMES = {"string": "text", "integer": "whole number", "boolean": "true or false"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Param:
    """A row of the table of params."""

    name: str
    type: str
    allowed: str
    """The values or the range, or nothing."""
    absent: str
    """What it is when it is not written: a default, `required`, or nothing."""
    description: str


@dataclass(frozen=True)
class Example:
    """A document, and its output."""

    title: str
    text: str
    output: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class MacroPage:
    """What a page shows of one macro."""

    slug: str
    lead: str
    usage: str
    aliases: tuple[str, ...]
    is_paired: bool
    """Whether it can have a body: its output is then Markdown."""
    params: tuple[Param, ...]
    points: tuple[str, ...]
    surroundings: str
    """What the host gives for the examples, as JSON; nothing where the macro needs nothing."""
    examples: tuple[Example, ...]


def macro_docs(heading: str) -> dict[Path, str]:
    """Return the pages by their path relative to the checkout, the list of them included."""
    pages = [_page(*each) for each in _described()]
    texts = {
        FOLDER / f"{page.slug}.md": templates.render("macro.md.jinja", heading=heading, page=page)
        for page in pages
    }
    overview = templates.render("macros.md.jinja", heading=heading, pages=pages)
    return {FOLDER / "README.md": overview, **texts}


def _described() -> list[tuple[Session, Json, Json, Json]]:
    """Return session, metadata, description and shared surroundings of every built-in macro."""
    described = read_toml(_EXAMPLES.read_text("utf-8"), _BOUNDS)
    session = Session()
    known = _load(session)
    return [(session, script, described[script["slug"]], described["shared"]) for script in known]


def _load(session: Session) -> list[Json]:
    """Load the built-in macros into *session* and return what is known of them."""
    scripts = [
        {"path": f"default_scripts/{path.name}", "content": path.read_text("utf-8")}
        for path in sorted(resources.default_scripts().glob("*.py"))
    ]
    sources = [{**script, "origin": "default"} for script in scripts]
    (reply,) = _ask(session, {"kind": "load", "id": 1, "scripts": sources})
    known: list[Json] = reply["scripts"]
    return known


def _ask(session: Session, message: Json) -> list[Json]:
    """Send *message* and return all replies."""
    replies = [session.handle(json.dumps(message))]
    while replies[-1].startswith("+"):
        replies.append(session.step())
    return [json.loads(reply[1:]) for reply in replies]


def _page(session: Session, script: Json, described: Json, shared: Json) -> MacroPage:
    schema = script["params"]
    required = schema.get("required", [])
    return MacroPage(
        slug=script["slug"],
        lead=described["lead"],
        usage=_usage(script, schema["properties"]),
        aliases=tuple(script["aliases"]),
        is_paired=script["body"],
        params=tuple(
            _param(name, param, name in required) for name, param in schema["properties"].items()
        ),
        points=tuple(described["points"]),
        surroundings=_surroundings(script["needs"], shared),
        examples=tuple(_example(session, each, shared) for each in described["examples"]),
    )


def _usage(script: Json, params: Mapping[str, Any]) -> str:
    """Return the macro with all its params, as one would write it."""
    token = " ".join([script["slug"], *(f"{name}=…" for name in params)])
    return f"[[{token}]]…[[/{script['slug']}]]" if script["body"] else f"[[{token}]]"


def _param(name: str, schema: Json, is_required: bool) -> Param:
    written = schema["type"]
    types: list[str] = written if isinstance(written, list) else [written]
    absent = f"`{_shown(schema['default'])}`" if "default" in schema else ""
    return Param(
        name,
        " or ".join(_TYPE_NAMES.get(each, each) for each in types),
        _allowed(schema),
        "required" if is_required else absent,
        schema["description"].replace("|", "\\|"),
    )


def _allowed(schema: Json) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in dict.fromkeys(map(_shown, schema["enum"])))
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    return ""


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _surroundings(needs: Sequence[str], shared: Json) -> str:
    if not needs:
        return ""
    given = {"post": shared["post"]} if "linkedMediaIds" in needs else {}
    data = {key: shared["data"][key] for key in needs}
    return _laid_out({**given, "data": data})


def _laid_out(value: object, indent: str = "") -> str:
    """Write JSON with the members of larger objects and lists on lines of their own."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent + flat) <= _WIDTH or not isinstance(value, list | dict):
        return flat
    deeper = indent + "  "
    if isinstance(value, list):
        lines = [_laid_out(each, deeper) for each in value]
    else:
        lines = [f"{json.dumps(key)}: {_laid_out(each, deeper)}" for key, each in value.items()]
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    separator = f",\n{deeper}"
    return f"{opening}\n{deeper}{separator.join(lines)}\n{indent}{closing}"


def _example(session: Session, described: Json, shared: Json) -> Example:
    env = {"mainLanguage": described.get("language", "en")}
    document = {"path": "posts/example.md", "text": described["text"], "env": env}
    message = {"kind": "documents", "id": 2, "documents": [document], "shared": shared}
    replies = _ask(session, {**message, "sliceMs": 60_000})
    (rendered,) = (each for reply in replies for each in reply["documents"])
    return Example(
        title=described["title"],
        text=described["text"].strip("\n"),
        output=_spliced(rendered).strip("\n"),
        warnings=tuple(map(_warning, rendered["warnings"])),
    )


def _spliced(rendered: Json) -> str:
    """Return the document with its macros' results in place."""
    results = [macro["result"] for macro in rendered["macros"]]
    pieces = (results[part] if isinstance(part, int) else part for part in rendered["parts"])
    return "".join(each if isinstance(each, str) else _written(each) for each in pieces)


def _written(result: Json) -> str:
    text: str = result["markdown"] if "markdown" in result else result["html"]
    return text


def _warning(warning: Json) -> str:
    place = warning["call"]
    return f"{place['path']}:{place['line']}:{place['column']}: {warning['message']}"
