"""What is switched on or off: the table `[features]` of pybridge.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pybridge.macros.values.problems import closest

WasiPython = Literal["core", "component"]
"""The Python of the WASI engine: CPython 3.12 as a module, or CPython 3.14 as a component."""


Isolation = Literal["script", "domain"]
"""Which scripts have an interpreter of their own in the component: all, or those that are not self-contained."""


class BadFeatures(ValueError):
    """The table is invalid; the message says why."""


@dataclass(frozen=True)
class Features:
    """What the table says."""

    engine: WasiPython = "core"
    isolation: Isolation = "script"


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "engine": get_args(WasiPython),
    "isolation": get_args(Isolation),
}


def read_features(raw: Mapping[str, Any]) -> Features:
    """Return the switches in the table.

    Raises:
        BadFeatures: when it says something else than such a table can.
    """
    for key, value in raw.items():
        if key not in _CHOICES:
            near = closest(key, _CHOICES)
            hint = f"did you mean {near}?" if near else f"known are {', '.join(_CHOICES)}"
            raise BadFeatures(f"features has no key {key!r}, {hint}")
        if value not in _CHOICES[key]:
            raise BadFeatures(f"features.{key} must be {' or '.join(_CHOICES[key])}, not {value!r}")
    return Features(**raw)
