"""Detects scripts that can reach nothing but their own variables, from their syntax tree.

It is a list of what is understood: statements, built-in names, attributes, modules, format strings. A script
with anything else is not self-contained, however harmless, and gets an interpreter of its own in a sandbox.
So a mistake here lets scripts meet: add only what can neither reach another object than those a script made
or was given, nor run code of the script after its call has ended, nor change a module.
"""

from __future__ import annotations

import ast
import builtins

from pybridge.macros.scripts.code_objects import nested_codes
from pybridge.macros.scripts.plain_names import ATTRIBUTES, BUILTINS, GIVEN, MODULES, STORED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

_UNDERSTOOD: frozenset[type[ast.AST]] = frozenset((
    *(ast.Module, ast.FunctionDef, ast.Lambda, ast.arguments, ast.arg, ast.Return, ast.Yield, ast.YieldFrom),
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.Delete, ast.Global, ast.Nonlocal),
    *(ast.For, ast.While, ast.If, ast.IfExp, ast.Break, ast.Continue, ast.Pass, ast.Expr, ast.Assert),
    *(ast.Raise, ast.Try, ast.ExceptHandler, ast.Import, ast.ImportFrom, ast.alias, ast.Match, ast.match_case),
    *(ast.MatchValue, ast.MatchSingleton, ast.MatchSequence, ast.MatchMapping, ast.MatchClass, ast.MatchStar),
    *(ast.MatchAs, ast.MatchOr, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.keyword),
    *(ast.Dict, ast.Set, ast.List, ast.Tuple, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.comprehension, ast.JoinedStr, ast.FormattedValue, ast.Constant, ast.Attribute, ast.Subscript),
    *(ast.Slice, ast.Starred, ast.Name, ast.Load, ast.Store, ast.Del),
))  # fmt: skip
"""No classes (their special methods run unseen), nothing asynchronous, no `with`, no `except*`."""
_OPERATORS = (ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
_FUTURE_SYNTAX = ("type_params",)
"""Lists of a node that older versions of Python do not have; here they have to be empty."""
_HIDDEN = frozenset(dir(builtins)) - BUILTINS
"""The built-in names that are not understood: a script may use them for variables of its functions only."""
_Function = ast.FunctionDef | ast.Lambda


def is_self_contained(tree: ast.Module, code: CodeType) -> bool:
    """Whether running *code*, compiled from *tree*, can neither reach nor change what is not its own."""
    nodes = [*ast.walk(tree)]
    if not all(map(_is_understood, nodes)):
        return False
    own = {name for node in nodes for name in _bound(node)}
    if any(name.startswith("__") and name not in STORED for name in own):
        return False
    formats = {id(node.func) for node in nodes if isinstance(node, ast.Call) if _is_plain(node)}
    used = {name for node in nodes for name in _used(node)}
    return (
        all(_attribute_fits(node, formats) for node in nodes)
        and used <= own | BUILTINS | GIVEN
        and not any(map(_runs_late, nodes))
        and not _hidden_names(used, code)
    )


def _is_understood(node: ast.AST) -> bool:
    if type(node) not in _UNDERSTOOD and not isinstance(node, _OPERATORS):
        return False
    if any(getattr(node, name, ()) for name in _FUTURE_SYNTAX):
        return False
    if isinstance(node, ast.Import):
        return all(alias.name in MODULES for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        names = {alias.name for alias in node.names}
        return node.level == 0 and node.module in MODULES and names <= ATTRIBUTES
    if isinstance(node, ast.MatchClass):
        return ATTRIBUTES.issuperset(node.kwd_attrs)
    return True


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds, as far as they are not in nodes of their own."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        if node.name is not None:
            yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.MatchMapping) and node.rest is not None:
        yield node.rest
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]


def _used(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node reads."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _attribute_fits(node: ast.AST, formats: set[int]) -> bool:
    """Whether a node is not an attribute, or is one that is understood and only read."""
    if not isinstance(node, ast.Attribute):
        return True
    if node.attr == "format":
        return id(node) in formats
    return isinstance(node.ctx, ast.Load) and node.attr in ATTRIBUTES


def _is_plain(call: ast.Call) -> bool:
    """Whether a call is one of `format` of a literal that reads neither attributes nor members."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "format":
        return False
    text = function.value.value if isinstance(function.value, ast.Constant) else None
    return type(text) is str and _has_plain_fields(text)


def _has_plain_fields(text: str) -> bool:
    from string import Formatter

    try:
        fields = [*Formatter().parse(text)]
    except ValueError:
        return False
    return all(
        name is None or ((name.replace("_", "a").isalnum() or not name) and "{" not in (spec or ""))
        for _, name, spec, _ in fields
    )


def _runs_late(node: ast.AST) -> bool:
    """Whether a node is a generator function with a `try`: it runs when the generator is collected."""
    if not isinstance(node, _Function):
        return False
    inner = [*_own_nodes(node)]
    has_yield = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in inner)
    return has_yield and any(isinstance(each, ast.Try) for each in inner)


def _own_nodes(function: ast.FunctionDef | ast.Lambda) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without those of functions in it."""
    body = function.body if isinstance(function.body, list) else [function.body]
    pending: list[ast.AST] = [*body]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _Function):
            pending += ast.iter_child_nodes(node)


def _hidden_names(used: set[str], code: CodeType) -> bool:
    """Whether a name that is read may mean a built-in object which is not understood.

    A variable of a function never does. The names in `co_names` are global ones, modules and attributes:
    a name that is an attribute too is taken for a global one.
    """
    hidden = used & _HIDDEN
    return bool(hidden) and any(not hidden.isdisjoint(each.co_names) for each in nested_codes(code))
