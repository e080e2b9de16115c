"""Write a script's ALIASES: the one literal, and every other byte stays."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pybridge.errors import PybridgeError
from pybridge.macros.scripts.declarations import read_declarations
from pybridge.macros.scripts.source import Source
from pybridge.project.parsing import PARSING

NAME = "ALIASES"

_BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_COMMA = re.compile(r"\s*,")
_Inside = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


@dataclass(eq=False)
class AliasesUnwritable(PybridgeError):
    """A script whose aliases only a person can change."""

    path: str
    line: int
    column: int
    problem: str
    hint: str | None = "change ALIASES in the source"
    code = "usage"

    def what(self) -> str:
        """Name the place and the obstacle."""
        return f"{self.path}:{self.line}:{self.column}: {self.problem}"

    def places(self) -> dict[str, object]:
        """Return where in the script."""
        return {"script": {"path": self.path, "line": self.line, "column": self.column}}


def with_aliases(path: str, content: str, aliases: Sequence[str]) -> str:
    """Return a script's text with other aliases; those that stay keep their place and comments.

    Without ALIASES, and with aliases to write, the assignment goes behind docstring and imports.

    Raises:
        AliasesUnwritable: when they are computed, assigned several times, or the text is not Python.
    """
    mark = _BOM if content.startswith(_BOM) else ""
    text = content[len(mark) :]
    tree = _tree(path, text)
    places = _places(tree)
    if not places and not aliases:
        return content
    after = _replaced(path, text, tree, aliases) if places else _inserted(text, tree, aliases)
    _refuse_other(path, tree, after, aliases, places[0] if places else None)
    return mark + after


def _tree(path: str, text: str) -> ast.Module:
    with PARSING:
        source = Source(path, text)
    if source.tree is not None:
        return source.tree
    problem = source.problem or {}
    place = problem.get("script", {})
    words = str(problem.get("message", "not valid Python"))
    line, column = place.get("line", 1), place.get("column", 1)
    raise AliasesUnwritable(path, line, column, words, "correct this first")


def _places(tree: ast.Module) -> list[ast.Name]:
    """Return where the module binds ALIASES; functions and classes have names of their own."""
    found: list[ast.Name] = []
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and node.id == NAME and not isinstance(node.ctx, ast.Load):
            found.append(node)
        elif not isinstance(node, _Inside):
            pending += ast.iter_child_nodes(node)
    return sorted(found, key=lambda place: (place.lineno, place.col_offset))


def _replaced(path: str, text: str, tree: ast.Module, aliases: Sequence[str]) -> str:
    first, *others = _places(tree)
    line, column = first.lineno, first.col_offset + 1
    if others:
        lines = ", ".join(str(place.lineno) for place in (first, *others))
        raise AliasesUnwritable(path, line, column, f"{NAME} is assigned in lines {lines}")
    value = _value(tree, first)
    if value is None:
        problem = f"{NAME} is computed here: there is no list of strings to change"
        raise AliasesUnwritable(path, line, column, problem)
    start, end = _span(text, value)
    return text[:start] + _written(text, value, aliases) + text[end:]


def _value(tree: ast.Module, place: ast.Name) -> ast.List | ast.Tuple | None:
    """Return the list of strings that is assigned there; None when it is anything else."""
    for node in ast.walk(tree):
        is_here = (isinstance(node, ast.Assign) and node.targets == [place]) or (
            isinstance(node, ast.AnnAssign) and node.target is place
        )
        value = node.value if is_here and isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.List | ast.Tuple) and all(map(_is_text, value.elts)):
            return value
    return None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _written(text: str, value: ast.List | ast.Tuple, aliases: Sequence[str]) -> str:
    """Return the literal with these aliases: what stays is copied with what follows it."""
    start, end = _span(text, value)
    if not value.elts or text[start] not in "[(":
        return _literal(aliases)
    spans = [_span(text, each) for each in value.elts]
    names = [str(each.value) for each in value.elts if isinstance(each, ast.Constant)]
    ends = [*(begin for begin, _ in spans[1:]), end - 1]
    tail = text[spans[-1][1] : end - 1]
    kept = [at for at, name in enumerate(names) if name in aliases]
    if not kept:
        return _literal(aliases)
    pieces = [text[spans[at][0] : spans[at][1]] for at in kept]
    follow = [text[spans[at][1] : ends[at]] for at in kept]
    added = [json.dumps(name) for name in aliases if name not in names]
    between = _between(text, start, spans)
    pieces += added
    follow += [f",{between}"] * len(added)
    if added and kept[-1] == len(names) - 1:
        follow[len(kept) - 1] = _with_comma(tail, between)
    last = _COMMA.match(tail) is not None or (isinstance(value, ast.Tuple) and len(pieces) == 1)
    follow[-1] = _ending(follow[-1], tail, last)
    inner = "".join(piece + gap for piece, gap in zip(pieces, follow, strict=True))
    return text[start : spans[0][0]] + inner + text[end - 1]


def _between(text: str, start: int, spans: Sequence[tuple[int, int]]) -> str:
    """Return the space between two elements: a line each, or all in one."""
    before = text[start + 1 : spans[0][0]]
    line = max(before.rfind("\n"), before.rfind("\r"))
    if line < 0:
        return " "
    return _newline(text) + before[line + 1 :]


def _with_comma(tail: str, between: str) -> str:
    """Return what follows an element that was the last one; its comment stays beside it."""
    comma = _COMMA.match(tail)
    rest = tail[comma.end() :] if comma else tail
    return "," + rest.rstrip() + between


def _ending(follow: str, tail: str, has_comma: bool) -> str:
    """Return what follows the element that is the last one now."""
    space = tail[len(tail.rstrip()) :]
    comma = _COMMA.match(follow)
    rest = follow[comma.end() :] if comma else follow
    return ("," if has_comma else "") + rest.rstrip() + space


def _literal(aliases: Sequence[str]) -> str:
    return f"[{', '.join(json.dumps(alias) for alias in aliases)}]"


def _inserted(text: str, tree: ast.Module, aliases: Sequence[str]) -> str:
    """Return the text with a new assignment behind docstrings and imports, or the first comment."""
    last = 0
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and _is_text(node.value)
        if not is_text and not isinstance(node, ast.Import | ast.ImportFrom) and node.lineno > last:
            break
        last = node.end_lineno or node.lineno
    lines = _LINE.findall(text)
    if last == 0:
        last = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    before, behind = "".join(lines[:last]), "".join(lines[last:])
    newline = _newline(text)
    if before and not before.endswith(("\n", "\r")):
        before += newline
    gap = "" if not before else newline
    blank = "" if behind.startswith(("\n", "\r")) or not behind else newline
    return f"{before}{gap}{NAME} = {_literal(aliases)}{newline}{blank}{behind}"


def _refuse_other(
    path: str, before: ast.Module, after: str, aliases: Sequence[str], place: ast.Name | None
) -> None:
    """Refuse a text that differs in more than its aliases."""
    with PARSING:
        tree = Source(path, after).tree
    wanted = sorted(aliases)
    if tree is not None:
        value, _ = read_declarations(tree).literals.get(NAME, ((), 0))
        if sorted(value) == wanted and _others(tree) == _others(before):
            return
    line, column = (place.lineno, place.col_offset + 1) if place else (1, 1)
    raise AliasesUnwritable(path, line, column, f"{NAME} cannot be changed without changing more")


def _others(tree: ast.Module) -> list[str]:
    """Return the top level without the assignment."""
    return [ast.dump(node) for node in tree.body if not _places(ast.Module([node], []))]


def _span(text: str, node: ast.expr) -> tuple[int, int]:
    lines = _LINE.findall(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(line: int, column: int) -> int:
        """Columns of the syntax tree count bytes."""
        row = lines[line - 1].encode("utf-8")
        return starts[line - 1] + len(row[:column].decode("utf-8"))

    if node.end_lineno is None or node.end_col_offset is None:
        raise RuntimeError("a parsed node has an end")
    return offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)


def _newline(text: str) -> str:
    end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
