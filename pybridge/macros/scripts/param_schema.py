"""The subset of JSON Schema that `PARAMS` may use: read once, checked at every call."""

from __future__ import annotations

import re

from pybridge.macros.scripts.param_checks import (
    PatternBudget,
    compile_checks,
    compile_pattern,
    is_number,
)
from pybridge.macros.syntax.params import typed
from pybridge.macros.values.problems import closest, pointer, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_JSON = (str, int, float, bool, type(None), list, dict)
_TEXTS = ("title", "description")
_BOUNDS = ("minimum", "maximum")
_LENGTHS = ("minLength", "maxLength")


_NUMBER = re.compile(r"([-+]?)([0-9]+)(?:[.,]([0-9]*))?")
_LONGEST_NUMBER = 30


class Finding:
    """A param that is not as declared."""

    __slots__ = ("hint", "is_wrong_type", "message", "pointer")

    def __init__(self, name: str, message: str, hint: str | None, is_wrong_type: bool) -> None:
        self.pointer = pointer("params", name)
        self.message = message
        self.hint = hint
        self.is_wrong_type = is_wrong_type
        """Whether it is missing or of a wrong type, not merely out of bounds."""


class _Param:
    __slots__ = (
        "accepts",
        "checks",
        "choices",
        "default",
        "has_default",
        "is_required",
        "name",
        "types",
    )

    def __init__(self, name: str, schema: Mapping[str, Any], is_required: bool) -> None:
        self.name = name
        self.is_required = is_required
        types = schema.get("type")
        self.types: list[str] = [types] if isinstance(types, str) else list(types or ())
        self.accepts = tuple({cls: None for name in self.types for cls in _TYPES[name]})
        self.has_default = "default" in schema
        self.default: Any = schema.get("default")
        self.choices: list[Any] = schema.get("enum", [])
        self.checks = compile_checks(schema)


class ParamSchema:
    """A valid `PARAMS`."""

    __slots__ = ("_by_name", "_expected", "_names", "_params", "value")

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value
        """The declaration as params.v1."""
        required = value.get("required", [])
        properties = value.get("properties", {})
        self._params = [_Param(name, properties[name], name in required) for name in properties]
        self._params += [_Param(name, {}, True) for name in required if name not in properties]
        self._names = {param.name: None for param in self._params}
        self._by_name = {
            param.name: (param.accepts if param.types else _JSON, param.checks)
            for param in self._params
        }
        expected = [each for each in self._params if each.has_default or each.is_required]
        self._expected = sorted(expected, key=lambda each: each.has_default)

    def apply(self, params: dict[str, Any]) -> list[Finding]:
        """Fill in the defaults of *params* and return the problems found."""
        by_name = self._by_name
        for name, value in params.items():
            known = by_name.get(name)
            if known is None or type(value) not in known[0]:
                return self._look_into(params)
            for check in known[1]:
                if check(value):
                    return self._look_into(params)
        for param in self._expected:
            if param.name not in params:
                if not param.has_default:
                    return self._look_into(params)
                params[param.name] = _fresh(param.default)
        return []

    def _look_into(self, params: dict[str, Any]) -> list[Finding]:
        """Do what `apply` does, for params that may not be as declared."""
        findings = [] if params.keys() <= self._names.keys() else self._slips(params)
        for param in self._params:
            name = param.name
            if name in params:
                _check(param, params[name], findings)
            elif param.has_default:
                params[name] = _fresh(param.default)
            elif param.is_required:
                findings.append(self._missing(name, params))
        return findings

    def _missing(self, name: str, params: Mapping[str, Any]) -> Finding:
        written = closest(name, [given for given in params if given not in self._names])
        declared = next(each for each in self._params if each.name == name)
        hint = f"it was written {written!r}" if written else f"write {_form(declared)}"
        return Finding(name, f"the param {name!r} is missing", hint, True)

    def _slips(self, params: Mapping[str, Any]) -> list[Finding]:
        """Report unknown params only where they look like a slip: others belong to the author."""
        unknown = [name for name in params if name not in self._names]
        if not unknown:
            return []
        absent = [name for name in self._names if name not in params]
        meant = [(name, closest(name, absent)) for name in unknown]
        return [
            Finding(name, f"there is no param {name!r}", f"did you mean {other!r}?", False)
            for name, other in meant
            if other
        ]


def _check(param: _Param, value: Any, findings: list[Finding]) -> None:
    if param.types and not _has_type(value, param):
        wanted = " or ".join(param.types)
        message = f"the param {param.name!r} must be {wanted}, not {shown(value)}"
        findings.append(Finding(param.name, message, _type_hint(param, value), True))
        return
    for check in param.checks:
        complaint = check(value)
        if complaint:
            message = f"the param {param.name!r} {complaint}"
            findings.append(Finding(param.name, message, None, False))


def _has_type(value: Any, param: _Param) -> bool:
    if type(value) in param.accepts:
        return True
    return type(value) is float and "integer" in param.types and value.is_integer()


def _form(param: _Param) -> str:
    """Return how a document writes the param: numbers without quotes, a value from a list as the list has it."""
    if not param.types or "string" in param.types:
        choices = [each for each in param.choices if isinstance(each, str) and '"' not in each]
        return f'{param.name}="{choices[0] if choices else "…"}"'
    if {"integer", "number"} & {*param.types}:
        numbers = [each for each in param.choices if is_number(each)]
        return f"{param.name}={shown(numbers[0]) if numbers else '…, a number without quotes'}"
    return f"{param.name} from a program: a document passes only text and numbers"


def _type_hint(param: _Param, value: Any) -> str | None:
    """Return a form of the value that has the type; None where there is none."""
    wants_whole = "integer" in param.types
    if (wants_whole or "number" in param.types) and isinstance(value, str):
        number = _number_in(value)
        if number is None or (wants_whole and "number" not in param.types and "." in number):
            return None
        return f"write {param.name}={number}, without quotes"
    if "string" in param.types and is_number(value):
        return f'write {param.name}="{shown(value)}", in quotes'
    if param.types == ["boolean"] and value in ("true", "false"):
        return "a document passes only text and numbers: declare a string with the enum true, false"
    return None


def _number_in(text: str) -> str | None:
    """Return the number that *text* says as a document has to write it, which `params.typed` reads."""
    found = _NUMBER.fullmatch(text[:_LONGEST_NUMBER].strip())
    if not found:
        return None
    decimals = (found[3] or "").rstrip("0")
    number = f"{int(found[2])}.{decimals}" if decimals else str(int(found[2]))
    if found[1] == "-" and number != "0":
        number = f"-{number}"
    return number if typed(number) != number else None


def _fresh(value: Any) -> Any:
    """Return a copy of a literal that shares nothing mutable with it."""
    if isinstance(value, list):
        return [_fresh(item) for item in value]
    return {key: _fresh(item) for key, item in value.items()} if isinstance(value, dict) else value


def read_param_schema(value: Any) -> tuple[ParamSchema | None, list[str]]:
    """Return the valid part of a `PARAMS` literal, and the problems of the rest."""
    problems: list[str] = []
    if not isinstance(value, dict) or value.get("type", "object") != "object":
        wanted = '{"type": "object", "properties": {…}, "required": […]}'
        return None, [f"PARAMS must be a JSON Schema of an object: {wanted}"]
    usable = {key: value[key] for key in value if _is_usable_top(key, value[key], problems)}
    properties = usable.get("properties", {})
    if properties:
        budget = PatternBudget()
        usable["properties"] = {
            name: _usable_param(name, properties[name], problems, budget) for name in properties
        }
    return ParamSchema(usable), problems


def _is_usable_top(key: Any, value: Any, problems: list[str]) -> bool:
    if key == "properties":
        good = isinstance(value, dict) and all(isinstance(name, str) for name in value)
    elif key == "required":
        good = isinstance(value, list) and all(isinstance(name, str) for name in value)
        good = good and len({*value}) == len(value)
    else:
        good = key == "type" or (key in _TEXTS and isinstance(value, str))
    if not good:
        problems.append(f"PARAMS[{key!r}] is not understood and ignored")
    return good


def _usable_param(
    name: str, schema: Any, problems: list[str], budget: PatternBudget
) -> dict[str, Any]:
    if not isinstance(schema, dict):
        problems.append(f"PARAMS of {name!r} must be an object such as {{'type': 'string'}}")
        return {}
    good = {key: schema[key] for key in schema if _is_usable(key, schema[key], budget)}
    problems += [
        f"PARAMS of {name!r}: {key!r} is not understood and ignored"
        for key in schema
        if key not in good
    ]
    return good


def _is_usable(key: Any, value: Any, budget: PatternBudget) -> bool:
    if key == "type":
        names = value if isinstance(value, list) else [value]
        known = all(isinstance(name, str) and name in _TYPES for name in names)
        return known and 0 < len(names) == len({*names})
    if key in _TEXTS:
        return isinstance(value, str)
    if key in _BOUNDS:
        return is_number(value)
    if key in _LENGTHS:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if key == "enum":
        return isinstance(value, list) and bool(value) and _is_json(value)
    if key == "pattern":
        return isinstance(value, str) and budget.admits(value) and _compiles(value)
    return key in ("default", "const") and _is_json(value)


def _compiles(pattern: str) -> bool:
    try:
        compile_pattern(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(value[key]) for key in value)
    if isinstance(value, float):
        return value - value == 0  # neither NaN nor infinite
    return value is None or isinstance(value, str | int)
