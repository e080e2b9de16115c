"""call.v1 and document.v1, checked by hand: no schema library runs in the sandbox.

The vectors that hold the schemas' other validators hold these too.
"""

from __future__ import annotations

from pybridge.macros.values.problems import did_you_mean, pointer, problem, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Complaint = tuple[str, str]
    Rule = Callable[[Any], Any]  # a type, or a function that returns a complaint or None

_BARE = 4  # the members that a call must have
ABI = 1
"""The version this engine speaks."""


def check_call(call: object) -> dict[str, Any] | None:
    """Return the error.v1 saying why *call* is not a valid call.v1, None if it is."""
    if _is_bare(call) or (type(call) is dict and _is_plain(call)):
        return None
    if isinstance(call, dict) and "abi" in call:
        version = call["abi"]
        if version != ABI or isinstance(version, bool):
            return _wrong_version(version)
    return _check(call, _CALL, ("abi", "macro", "params", "env"), "call")


def _is_bare(call: Any) -> bool:
    """Whether a call is good and has a name, params and at most `isPreview` besides: most of them."""
    if type(call) is not dict or len(call) != _BARE:
        return False
    macro, env, abi = call.get("macro"), call.get("env"), call.get("abi")
    return (
        type(macro) is dict
        and len(macro) == 1
        and type(macro.get("name")) is str
        and macro["name"] != ""
        and type(env) is dict
        and (not env or (len(env) == 1 and type(env.get("isPreview")) is bool))
        and type(call.get("params")) is dict
        and type(abi) is int
        and abi == ABI
    )


def _is_plain(call: Mapping[str, Any]) -> bool:
    """Whether a call is good beyond doubt: the commonest members only; a third of the time."""
    for name, member in call.items():
        if type(member) is not _PLAIN_CALL.get(name) and (
            member is not None or name not in _NULLABLE
        ):
            return False
    macro, env = call.get("macro"), call.get("env")
    if macro is None or env is None or not macro.get("name") or "params" not in call:
        return False
    for name, member in macro.items():
        if type(member) is not _PLAIN_MACRO.get(name):
            return False
    for name, member in env.items():
        if type(member) is not _PLAIN_ENV.get(name):
            return False
    return call.get("abi") == ABI


def check_document(document: object) -> dict[str, Any] | None:
    """Return the error.v1 saying why *document* is not a valid document.v1, None if it is."""
    if type(document) is dict and all(map(_is_text, document.items())) and "text" in document:
        return None
    return _check(document, _DOCUMENT, ("text",), "document")


def _is_text(member: tuple[str, object]) -> bool:
    return type(member[1]) is str and member[0] in ("text", "path")


def check_shared(shared: object) -> dict[str, Any] | None:
    """Return the error.v1 saying why *shared* cannot be shared by a batch, None if it can."""
    return _check(shared, _SHARED, (), "shared")


def _wrong_version(version: object) -> dict[str, Any]:
    message = f"the call speaks ABI {shown(version)}, this engine speaks ABI {ABI}"
    hint = "use a host and an engine of the same pybridge release"
    return problem("abi", message, pointer="/abi", hint=hint)


def _check(
    value: object, rules: Mapping[str, Rule], required: tuple[str, ...], what: str
) -> dict[str, Any] | None:
    complaint = _closed(value, rules, required)
    if complaint is None:
        return None
    where, message = complaint
    name, hint = where.rpartition("/")[2], None
    if message == _UNKNOWN:
        message, hint = f"unknown key {shown(name)}", did_you_mean(name, _known_keys(where, rules))
    place = f" at {where}" if where else ""
    return problem("schema", f"not a {what}{place}: {message}", pointer=where, hint=hint)


_UNKNOWN = "unknown key"


def _closed(
    value: object, rules: Mapping[str, Rule], required: tuple[str, ...]
) -> Complaint | None:
    """Return pointer and message of the first thing wrong with a closed object."""
    if type(value) is not dict:
        return "", f"must be an object, not {shown(value)}"
    for name in required:
        if name not in value:
            return "", f"{name!r} is missing"
    for name, member in value.items():
        rule: Any = rules.get(name)
        if type(member) is rule:
            continue
        if rule is None:
            return pointer(name), _UNKNOWN
        if rule in _WANTED:
            return pointer(name), f"must be {_WANTED[rule]}, not {shown(member)}"
        complaint = rule(member)
        if complaint is not None:
            inner, message = complaint if type(complaint) is tuple else ("", complaint)
            return pointer(name) + inner, str(message)
    return None


def _known_keys(where: str, rules: Mapping[str, Rule]) -> list[str]:
    steps = where.split("/")[1:-1]
    if not steps:
        return [*rules]
    return [*{"env": _ENV, "macro": _MACRO}.get(steps[-1], {})]


_WANTED: dict[Any, str] = {str: "text", bool: "true or false", dict: "an object"}


def _name(value: object) -> str | None:
    if type(value) is str and value:
        return None
    return f"must be text that is not empty, not {shown(value)}"


def _text_or_null(value: object) -> str | None:
    if value is None or type(value) is str:
        return None
    return f"must be text or null, not {shown(value)}"


def _object_or_null(value: object) -> str | None:
    if value is None or type(value) is dict:
        return None
    return f"must be an object or null, not {shown(value)}"


def _is_integer(value: object) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


def _from_one(value: Any) -> str | None:
    return (
        None
        if _is_integer(value) and value >= 1
        else f"must be an integer from 1, not {shown(value)}"
    )


def _seed(value: object) -> str | None:
    return (
        None
        if _is_integer(value) or type(value) is str
        else f"must be an integer or text, not {shown(value)}"
    )


def _display(value: object) -> str | None:
    return (
        None if value in ("inline", "block") else f'must be "inline" or "block", not {shown(value)}'
    )


def _format(value: object) -> str | None:
    return (
        None
        if value in ("markdown", "text")
        else f'must be "markdown" or "text", not {shown(value)}'
    )


_POSITION: dict[str, Rule] = {"path": str, "line": _from_one, "column": _from_one}
_MACRO: dict[str, Rule] = {
    "name": _name,
    "raw": str,
    "display": _display,
    "ordinal": _from_one,
    "parent": lambda value: _closed(value, {"name": _name}, ("name",)),
    "position": lambda value: _closed(value, _POSITION, ("line", "column")),
}
_ENV: dict[str, Rule] = {
    "isPreview": bool,
    "mainLanguage": str,
    "hook": str,
    "source": lambda value: _closed(value, {"kind": _name, "id": str}, ("kind",)),
    "now": str,
    "seed": _seed,
}
_CALL: dict[str, Rule] = {
    "abi": lambda value: None,
    "macro": lambda value: _closed(value, _MACRO, ("name",)),
    "params": dict,
    "body": _text_or_null,
    "env": lambda value: _closed(value, _ENV, ()),
    "post": _object_or_null,
    "data": dict,
}
_SHARED: dict[str, Rule] = {
    "env": lambda value: _closed(value, _ENV, ()),
    "post": _object_or_null,
    "data": dict,
}
_DOCUMENT: dict[str, Rule] = {"text": str, "path": str, "format": _format, **_SHARED}
_PLAIN_CALL = {
    "abi": int,
    "macro": dict,
    "params": dict,
    "body": str,
    "env": dict,
    "post": dict,
    "data": dict,
}
_NULLABLE = ("body", "post")
_PLAIN_MACRO = {"name": str, "raw": str}
_PLAIN_ENV = {"isPreview": bool, "mainLanguage": str, "hook": str, "now": str}
