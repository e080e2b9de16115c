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
    from collections.abc import Callable, Iterator
    from types import CodeType
    from typing import Any

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
_PLAIN_FIELDS = frozenset((
    *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "name"),
    *("names", "op", "ops", "rest", "simple", "type_comment"),
))  # fmt: skip
"""The fields whose values are understood wherever they stand, or read by the reader of their node."""
_LEAVES = (ast.Constant, ast.MatchSingleton)
"""What holds a value that is not a node."""
_HIDDEN = frozenset(dir(builtins)) - BUILTINS
"""The built-in names that are not understood: a script may use them for variables of its functions only."""
_Function = ast.FunctionDef | ast.Lambda


def is_self_contained(tree: ast.Module, code: CodeType) -> bool:
    """Whether running *code*, compiled from *tree*, can neither reach nor change what is not its own."""
    found = _Found()
    waiting: list[ast.AST | None] = [tree]
    for node in waiting:
        kind = _KINDS.get(type(node))
        if kind is None:
            return False
        read, fields = kind
        if read is not None and not read(found, node):
            return False
        for name in fields:
            value = getattr(node, name, None)
            if type(value) is list:
                waiting += value
            else:
                waiting.append(value)
    return (
        not any(name.startswith("__") and name not in STORED for name in found.bound)
        and found.format_attributes <= found.plain_formats
        and found.used <= found.bound | BUILTINS | GIVEN
        and not (found.has_try and any(map(_runs_late, found.functions)))
        and not _hidden_names(found.used, code)
    )


class _Found:
    """What a walk collects; each method reads one kind of node and returns whether it is understood."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.used: set[str] = set()
        self.functions: list[_Function] = []
        self.format_attributes: set[int] = set()
        """The ids of attributes `format`, which have to be among *plain_formats*."""
        self.plain_formats: set[int] = set()
        self.has_try = False

    def name(self, node: ast.Name) -> bool:
        """A name that is read, or bound."""
        (self.used if isinstance(node.ctx, ast.Load) else self.bound).add(node.id)
        return True

    def augmented(self, node: ast.AugAssign) -> bool:
        """A name that is read before it is bound."""
        if isinstance(node.target, ast.Name):
            self.used.add(node.target.id)
        return True

    def function(self, node: ast.FunctionDef) -> bool:
        """A function without parameters of types, which older versions of Python do not have."""
        self.bound.add(node.name)
        self.functions.append(node)
        return not getattr(node, "type_params", ())

    def unnamed(self, node: ast.Lambda) -> bool:
        """A function that binds nothing itself."""
        self.functions.append(node)
        return True

    def attempt(self, _: ast.Try) -> bool:
        """A statement that may run code when it is left."""
        self.has_try = True
        return True

    def named(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar) -> bool:
        """A part of a statement that may bind a name."""
        if node.name is not None:
            self.bound.add(node.name)
        return True

    def argument(self, node: ast.arg) -> bool:
        """A parameter of a function."""
        self.bound.add(node.arg)
        return True

    def mapping(self, node: ast.MatchMapping) -> bool:
        """A pattern that may bind the rest of a mapping."""
        if node.rest is not None:
            self.bound.add(node.rest)
        return True

    def match_class(self, node: ast.MatchClass) -> bool:
        """A pattern that reads attributes."""
        return ATTRIBUTES.issuperset(node.kwd_attrs)

    def scope(self, node: ast.Global | ast.Nonlocal) -> bool:
        """Names of another scope that are bound here."""
        self.bound.update(node.names)
        return True

    def modules(self, node: ast.Import) -> bool:
        """Modules, all of them known."""
        self._take(node)
        return all(alias.name in MODULES for alias in node.names)

    def members(self, node: ast.ImportFrom) -> bool:
        """Members of a known module that are understood as attributes."""
        self._take(node)
        names = {alias.name for alias in node.names}
        return node.level == 0 and node.module in MODULES and names <= ATTRIBUTES

    def _take(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.bound.add(alias.asname or alias.name.partition(".")[0])

    def attribute(self, node: ast.Attribute) -> bool:
        """An attribute that is understood and only read; `format` only where a call is plain."""
        if node.attr == "format":
            self.format_attributes.add(id(node))
            return True
        return isinstance(node.ctx, ast.Load) and node.attr in ATTRIBUTES

    def call(self, node: ast.Call) -> bool:
        """A call; one of `format` may be plain."""
        if _is_plain(node):
            self.plain_formats.add(id(node.func))
        return True


_READERS: dict[type[ast.AST], Callable[[_Found, Any], bool]] = {
    ast.Name: _Found.name,
    ast.AugAssign: _Found.augmented,
    ast.FunctionDef: _Found.function,
    ast.Lambda: _Found.unnamed,
    ast.Try: _Found.attempt,
    ast.ExceptHandler: _Found.named,
    ast.MatchAs: _Found.named,
    ast.MatchStar: _Found.named,
    ast.MatchMapping: _Found.mapping,
    ast.MatchClass: _Found.match_class,
    ast.arg: _Found.argument,
    ast.Global: _Found.scope,
    ast.Nonlocal: _Found.scope,
    ast.Import: _Found.modules,
    ast.ImportFrom: _Found.members,
    ast.Attribute: _Found.attribute,
    ast.Call: _Found.call,
}
"""What is more to know of a node than its type; all others are understood as they are."""


_KINDS: dict[type, tuple[Callable[[_Found, Any], bool] | None, tuple[str, ...]]] = {
    kind: (
        _READERS.get(kind),
        ()
        if kind in _LEAVES
        else tuple(name for name in kind._fields if name not in _PLAIN_FIELDS),
    )
    for kind in _UNDERSTOOD
} | {type(None): (None, ())}
"""Everything that is understood, and None for what is left out of a node: its reader, the fields to walk."""


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


def _runs_late(function: _Function) -> bool:
    """Whether a function is a generator with a `try`: it runs when the generator is collected."""
    inner = [*_own_nodes(function)]
    has_yield = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in inner)
    return has_yield and any(isinstance(each, ast.Try) for each in inner)


def _own_nodes(function: _Function) -> Iterator[ast.AST]:
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
