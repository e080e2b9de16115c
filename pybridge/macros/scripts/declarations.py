"""The declarations at the top level of a script, read from its syntax tree."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

NAMES = ("PARAMS", "ALIASES", "NEEDS", "BODY", "LIMITS")
"""Names of the literals that are read."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Declarations:
    """The names a script defines and the literals it declares."""

    __slots__ = ("_calls", "defined", "has_main_guard", "literals", "problems")

    def __init__(self) -> None:
        self.defined: dict[str, int] = {}
        """Names bound at the top level, with their last line."""
        self.literals: dict[str, tuple[Any, int]] = {}
        """Value and line of each declaration in `NAMES`."""
        self.problems: list[tuple[int, int, str]] = []
        """Line, column and message of declarations that are not literals."""
        self.has_main_guard = False
        """Whether it has an `if __name__ == "__main__"`."""
        self._calls: set[str] = set()

    def calls(self, name: str) -> bool:
        """Whether the top level itself calls the function *name*."""
        return name in self._calls


def read_declarations(tree: ast.Module) -> Declarations:
    """Return the declarations in *tree*; nothing is executed."""
    found = Declarations()
    for node in _top_level(tree.body):
        if isinstance(node, _Function | ast.ClassDef):
            found.defined[node.name] = node.lineno
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                found.defined[alias.asname or alias.name.partition(".")[0]] = node.lineno
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                _bind(target, node.value, found)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _bind(node.target, node.value, found)
        elif isinstance(node, ast.If) and _is_main_test(node.test):
            found.has_main_guard = True
        elif isinstance(node, ast.Expr):
            found._calls.update(_called(node.value))
    return found


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run with the module, those inside `if`, `try`, `with` included."""
    pending = body[::-1]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.If) and _is_main_test(node.test):
            continue
        if isinstance(node, ast.If | ast.Try | ast.TryStar | ast.With | ast.For | ast.While):
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            for handler in getattr(node, "handlers", []):
                inner += handler.body
            pending += inner[::-1]


def _bind(target: ast.expr, value: ast.expr, found: Declarations) -> None:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.defined[node.id] = node.lineno
    if not isinstance(target, ast.Name) or target.id not in NAMES:
        return
    try:
        found.literals[target.id] = ast.literal_eval(value), target.lineno
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        message = f"{target.id} must be a literal: it is read without running the script"
        found.problems.append((value.lineno, value.col_offset + 1, message))


def _is_main_test(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare):
        return False
    sides = [test.left, *test.comparators]
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


def _called(value: ast.expr) -> Iterator[str]:
    """Yield the names called in a statement such as `main()` or `sys.exit(main())`."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
