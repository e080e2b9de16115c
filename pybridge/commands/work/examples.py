"""The examples of scripts: `EXAMPLES` in a file, and documents with golden outputs beside the scripts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pybridge import abi, resources
from pybridge.engines.protocol import JsonObject, Script
from pybridge.errors import DocumentUnreadable, PybridgeError
from pybridge.project.discover import SCRIPTS_FOLDER, Project, ProjectOrBuiltIns
from pybridge.project.documents import DocumentFile, document_of
from pybridge.project.parsing import PARSING
from pybridge.project.text import read_text
from pybridge.project.tree import EXAMPLES_FOLDER

GOLDEN_SUFFIX = ".out"
"""Of the file with the output that `basic.md` must have: `basic.out`."""
_NAME = "EXAMPLES"
_EXPECTED = ("output", "error")
_MEMBERS = ("text", "post", "env", "data")
_KNOWN = ("name", *_MEMBERS, *_EXPECTED)


@dataclass(frozen=True)
class Example:
    """A document, and what must become of it."""

    script: str
    """Slug of the script that it belongs to."""
    name: str
    path: str
    """The file that it is in, as messages show it."""
    line: int
    document: JsonObject
    """document.v1."""
    output: str | None = None
    """What must come out; None where there is no golden output, or an error is expected."""
    error: str | None = None
    """The code of the error that a macro of it must have."""
    golden: Path | None = None
    """The file of the output; None for an example inside of a script."""
    problem: PybridgeError | None = None
    """Why it cannot be run."""


@dataclass(eq=False)
class ExampleInvalid(PybridgeError):
    """An example is not of the form that it must have."""

    path: str
    line: int
    problem: str
    code = "schema"
    hint = 'write EXAMPLES = [{"text": "[[name]]", "output": "…"}], as literals'

    def what(self) -> str:
        """Name the place and what is wrong."""
        return f"{self.path}:{self.line}: {self.problem}"


def in_scripts(scripts: Iterable[Script], slugs: Mapping[str, str]) -> Iterator[Example]:
    """Yield the examples inside of scripts; *slugs* has the slug of each path. Nothing is executed."""
    for script in scripts:
        if script.path in slugs and _NAME in script.content:
            yield from _in_script(script.path, slugs[script.path], script.content)


def _in_script(path: str, slug: str, content: str) -> Iterator[Example]:
    try:
        with PARSING:
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # `check` reports it
    for node in tree.body:
        named = isinstance(node, ast.Assign) and [
            target.id for target in node.targets if isinstance(target, ast.Name)
        ]
        if isinstance(node, ast.Assign) and named == [_NAME]:
            elements = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else None
            if elements is None:
                yield _invalid(path, slug, node.lineno, "EXAMPLES must be a list")
            for number, element in enumerate(elements or (), start=1):
                yield _literal(path, slug, element, number)


def _literal(path: str, slug: str, element: ast.expr, number: int) -> Example:
    line = element.lineno
    try:
        value = ast.literal_eval(element)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _invalid(path, slug, line, "an example must be a literal")
    if not isinstance(value, dict) or not {"text"} <= value.keys() <= set(_KNOWN):
        known = ", ".join(_KNOWN)
        return _invalid(path, slug, line, f"an example is a dict with text, of {known}")
    expected = [name for name in _EXPECTED if isinstance(value.get(name), str)]
    if len(expected) != 1 or len(value.keys() & set(_EXPECTED)) != 1:
        return _invalid(path, slug, line, "an example has either output or error, a text")
    document = {name: value[name] for name in _MEMBERS if name in value}
    problems = abi.validate("document", document)
    if problems:
        return _invalid(path, slug, line, f"{problems[0].pointer}: {problems[0].message}")
    name = str(value.get("name", f"example {number}"))
    return Example(
        slug, name, path, line, document, output=value.get("output"), error=value.get("error")
    )


def _invalid(path: str, slug: str, line: int, problem: str) -> Example:
    return Example(
        slug, f"line {line}", path, line, {"text": ""}, problem=ExampleInvalid(path, line, problem)
    )


def examples_folder(project: ProjectOrBuiltIns) -> Path:
    """Return the folder with a folder of documents for each script."""
    if isinstance(project, Project):
        return project.root / SCRIPTS_FOLDER / EXAMPLES_FOLDER
    return resources.default_scripts() / EXAMPLES_FOLDER


def in_folders(project: ProjectOrBuiltIns, *, limit: int) -> Iterator[Example]:
    """Yield the documents beside the scripts: `scripts/tests/<slug>/<name>.md`, with `<name>.out`."""
    for path in sorted(examples_folder(project).glob("*/*.md")):
        yield _document(project, path, limit)


def _document(project: ProjectOrBuiltIns, path: Path, limit: int) -> Example:
    root = project.root if isinstance(project, Project) else None
    name, slug = project.name_of(path), path.parent.name
    golden = path.with_suffix(GOLDEN_SUFFIX)
    try:
        text = read_text(path, limit=limit, name=name, root=root)
        document = document_of(DocumentFile(path, name, PurePosixPath(name), root), text)
        if document.problem is not None:
            raise document.problem
        expected = _golden(golden, limit, root)
    except PybridgeError as error:
        return Example(slug, path.stem, name, 1, {"text": ""}, golden=golden, problem=error)
    return Example(slug, path.stem, name, 1, document.to_json(), output=expected, golden=golden)


def _golden(path: Path, limit: int, root: Path | None) -> str | None:
    try:
        return read_text(path, limit=limit, root=root)
    except DocumentUnreadable:
        if path.exists() or path.is_symlink():
            raise
        return None


def chosen(examples: Iterable[Example], slugs: Sequence[str]) -> list[Example]:
    """Return the examples of these scripts, or all."""
    return [each for each in examples if not slugs or each.script in slugs]


def shared_members() -> dict[str, Any]:
    """Return the data and the time that examples have: always the same, whatever else is in the project."""
    return {
        "env": {"now": "2026-01-01T12:00:00.000Z", "seed": 1},
        "data": {"media": [], "tagUsage": []},
    }
