"""The shapes of the messages a host may send."""

from __future__ import annotations

from pybridge.macros.values.problems import did_you_mean, pointer, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Complaint = tuple[str, str]
    Rule = Callable[[Any], bool]

_SOURCE_REQUIRED = ("path", "content", "origin")
_SOURCE_OPTIONAL = ("enabled", "elsewhere", "alone", "apart", "packages")


def read_message(message: Any) -> Complaint | None:
    """Return pointer and message of the problem in a host's message, None if it is valid.

    The items of a batch are not checked here: an invalid one is refused alone, when it is reached.
    """
    if type(message) is not dict:
        return "", f"a message is an object, not {shown(message)}"
    kind = message.get("kind")
    if not isinstance(kind, str) or kind not in _RULES:
        hint = did_you_mean(kind, _RULES) if isinstance(kind, str) else None
        return "/kind", f"unknown message {shown(kind)}" + (f", {hint}" if hint else "")
    rules = {"kind": _text, "id": _number, **_RULES[kind]}
    optional = _OPTIONAL.get(kind, ())
    return _closed(message, rules, [name for name in rules if name not in optional])


def _closed(
    value: Mapping[str, Any], rules: Mapping[str, Rule], required: list[str]
) -> Complaint | None:
    for name in required:
        if name not in value:
            return "", f"{name!r} is missing"
    for name, member in value.items():
        if name not in rules:
            return pointer(name), f"unknown key {shown(name)}"
        if not rules[name](member):
            return pointer(name), f"{name!r} cannot be {shown(member)}"
    return None


def _text(value: Any) -> bool:
    return type(value) is str


def _number(value: Any) -> bool:
    return type(value) is int and value >= 0


def _duration(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value < 1e9


def _any(_: Any) -> bool:
    return True


def _list(value: Any) -> bool:
    return type(value) is list


def _texts(value: Any) -> bool:
    return type(value) is list and all(type(each) is str for each in value)


def _object(value: Any) -> bool:
    return type(value) is dict


def _has_texts(value: Any, *names: str) -> bool:
    return type(value) is dict and all(type(value.get(name)) is str for name in names)


def _sources(value: Any) -> bool:
    return type(value) is list and all(map(_is_source, value))


def _is_source(value: Any) -> bool:
    return (
        _has_texts(value, *_SOURCE_REQUIRED)
        and value["path"] != ""
        and value["origin"] in ("default", "project")
        and type(value.get("enabled", True)) is bool
        and type(value.get("elsewhere", False)) is bool
        and type(value.get("alone", False)) is bool
        and type(value.get("apart", False)) is bool
        and _texts(value.get("packages", []))
        and not value.keys() - {*_SOURCE_REQUIRED, *_SOURCE_OPTIONAL}
    )


def _program(value: Any) -> bool:
    if _has_texts(value, "slug"):
        return len(value) == 1 and value["slug"] != ""
    return _has_texts(value, "path", "content") and len(value) == 2 and value["path"] != ""


def _charges(value: Any) -> bool:
    return type(value) is dict and all(
        number.isdecimal()
        and type(steps) is dict
        and all(step.isdecimal() and _has_texts(steps[step], "code", "message") for step in steps)
        for number, steps in value.items()
    )


def _outcomes(value: Any) -> bool:
    return type(value) is dict and all(
        number.isdecimal()
        and type(steps) is dict
        and all(step.isdecimal() and type(steps[step]) is dict for step in steps)
        for number, steps in value.items()
    )


def _skips(value: Any) -> bool:
    return type(value) is dict and all(
        _has_texts(charge, "code", "message") for charge in value.values()
    )


def _flag(value: Any) -> bool:
    return type(value) is bool


def _answers(value: Any) -> bool:
    return type(value) is list and all(map(_is_answer, value))


def _is_answer(value: Any) -> bool:
    if type(value) is not dict or len(value) != 1:
        return False
    return "value" in value or _has_texts(value.get("error"), "code", "message")


_OPTIONAL: dict[str, tuple[str, ...]] = {
    "load": ("unload",),
    "render": ("shared",),
    "documents": ("charged", "known", "refused"),
    "transform": ("charged", "after", "tools"),
    "run": ("tools",),
}
_RULES: dict[str, dict[str, Rule]] = {
    "load": {"scripts": _sources, "unload": _texts},
    "render": {"calls": _list, "shared": _object, "sliceMs": _duration},
    "documents": {
        "documents": _list,
        "shared": _object,
        "sliceMs": _duration,
        "charged": _charges,
        "known": _outcomes,
        "refused": _skips,
    },
    "preview": {"calls": _list, "sliceMs": _duration},
    "transform": {
        "post": _any,
        "context": _object,
        "sliceMs": _duration,
        "charged": _skips,
        "after": _text,
        "tools": _flag,
    },
    "cancel": {},
    "check": {"path": _text, "content": _text},
    "run": {"script": _program, "args": _texts, "tools": _flag},
    "answers": {"answers": _answers},
    "limits": {"limits": _object},
}
