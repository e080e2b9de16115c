"""Advice on scripts that have no errors: names that hide others, imports that will be refused."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from pybridge.macros.running.hints import DENIED_MODULES
from pybridge.macros.syntax.positions import split_lines
from pybridge.project.parsing import PARSING

_WITHOUT_USE = {
    "threading": "threads",
    "concurrent.futures": "threads",
    "urllib.request": "network",
    "http.client": "network",
    "ftplib": "network",
    "smtplib": "network",
    "tempfile": "files",
    "shutil": "files",
}
_NAME = re.compile("[A-Za-z0-9_]+")
_BUILT_INS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


class Advice(NamedTuple):
    """One remark on a script."""

    line: int
    column: int
    code: str
    message: str

    def to_json(self) -> dict[str, object]:
        """Return the remark as cli-check.v1 has it."""
        return self._asdict()


def advise_on_name(path: str, slug: str | None) -> list[Advice]:
    """Return a remark where documents write another name for a macro than that of its file."""
    stem = PurePosixPath(path.replace("\\", "/")).stem
    if slug is None or _NAME.fullmatch(stem) or slug.lower() == stem.lower():
        return []
    message = f"documents write [[{slug}]]: a name has only the letters a to z, digits and _"
    return [Advice(1, 1, "name", message)]


def advise(text: str, slug: str | None, default_slugs: Collection[str]) -> list[Advice]:
    """Return remarks on a script, by line; none where it cannot be parsed.

    Args:
        text: The script.
        slug: Its macro name; None where it is not a macro, or is the built-in one itself.
        default_slugs: The names of the built-in macros.
    """
    found: list[Advice] = []
    if slug in default_slugs:
        message = f"this macro takes the place of the built-in {slug!r}"
        found.append(Advice(1, 1, "shadows-macro", message))
    source = text.removeprefix("\ufeff")
    try:
        with PARSING:
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    lines = split_lines(source)
    for node in ast.walk(tree):
        for code, message in _remarks(node):
            line, offset = node.lineno, node.col_offset  # type: ignore[attr-defined]
            column = len(lines[line - 1].encode()[:offset].decode("utf-8", "ignore")) + 1
            found.append(Advice(line, column, code, message))
    return sorted(found)


def _remarks(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from _shadowing(node.name)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield from _shadowing(node.id)
    elif isinstance(node, ast.arg):
        yield from _shadowing(node.arg)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            yield from _refused(alias.name)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from _refused(node.module)


def _shadowing(name: str) -> Iterator[tuple[str, str]]:
    if name in _BUILT_INS:
        yield "shadows-builtin", f"{name!r} hides Python's own {name}"


def _refused(module: str) -> Iterator[tuple[str, str]]:
    if module.partition(".")[0] in DENIED_MODULES:
        yield "import", f"the sandbox refuses to import {module}"
        return
    for name, what in _WITHOUT_USE.items():
        if module == name or module.startswith(f"{name}."):
            yield "import", f"{module} is of no use in the sandbox: it has no {what}"
