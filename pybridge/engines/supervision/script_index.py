"""The loaded scripts, found as the engine finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pybridge.engines.protocol import JsonObject


class ScriptIndex:
    """What the engine said about the scripts that were loaded."""

    def __init__(self) -> None:
        self._scripts: dict[str, JsonObject] = {}
        self._names: dict[str, JsonObject] | None = None
        self._macros: dict[str, JsonObject] | None = None
        self._hasty: dict[str, JsonObject] = {}
        """Those that ask for less time than others."""

    def know(self, scripts: Iterable[JsonObject]) -> None:
        """Remember what the engine said about scripts that were loaded."""
        self._scripts.update((script["path"], script) for script in scripts)
        self._names = self._macros = None
        self._hasty = {path: each for path, each in self._scripts.items() if _own_s(each, "itemS")}

    def find(self, name: str) -> JsonObject | None:
        """Return the script that a name means, of whatever kind, as the engine finds it."""
        if self._names is None:
            named = (each for each in self._scripts.values() if each["kind"] != "helper")
            self._names = _index(named)
        return self._names.get(name.lower())

    def macro(self, name: str) -> JsonObject | None:
        """Return the script that answers to a macro's name: a macro before anything else."""
        if self._macros is None:
            named = (each for each in self._scripts.values() if each["kind"] == "macro")
            self._macros = _index(named)
        return self._macros.get(name.lower()) or self.find(name)

    def at(self, path: str | None) -> JsonObject | None:
        """Return the script that was loaded from *path*."""
        return self._scripts.get(path) if path is not None else None

    def all(self) -> Iterable[JsonObject]:
        """Return every script."""
        return self._scripts.values()

    def item_s(self, script: JsonObject | None, most_s: float) -> float:
        """Return the seconds that a macro of *script* gets: its own limit, *most_s* at most."""
        return min(_own_s(script, "itemS") or most_s, most_s)

    def call_s(self, call: Mapping[str, Any], most_s: float) -> float:
        """Return the seconds that a call gets."""
        return self.item_s(self.macro(name_of(call)), most_s) if self._hasty else most_s

    def run_s(self, script: JsonObject | None, most_s: float) -> float:
        """Return the seconds that a run of *script* gets: its own limit, *most_s* at most."""
        return min(_own_s(script, "runS") or most_s, most_s)

    def shortest_s(self, texts: Iterable[str], most_s: float) -> float:
        """Return the least seconds of any macro that *texts* may hold, *most_s* at most.

        That decides when to look closer, never who is charged.
        """
        if not self._hasty:
            return most_s
        named = {
            name.lower(): script
            for script in self._hasty.values()
            for name in (script["slug"], *script["aliases"], script["id"])
        }
        token = re.compile(rf"\[\[({'|'.join(map(re.escape, named))})\b", re.IGNORECASE)
        met = {found.lower() for text in texts for found in token.findall(text)}
        return min(
            (self.item_s(named[name], most_s) for name in met if name in named), default=most_s
        )


def name_of(call: Mapping[str, Any]) -> str:
    """Return the name of the macro that is called, as far as there is one."""
    macro = call.get("macro")
    name = macro.get("name") if isinstance(macro, Mapping) else None
    return name if isinstance(name, str) else ""


def _own_s(script: JsonObject | None, name: str) -> float | None:
    return script.get("limits", {}).get(name) if script else None


def _index(scripts: Iterable[JsonObject]) -> dict[str, JsonObject]:
    """Map every name to its script: slug over alias over id; a project's over a default, an enabled one over others."""
    ranked = sorted(
        scripts, key=lambda each: (each["origin"] != "project", not each["enabled"], each["path"])
    )
    names: dict[str, JsonObject] = {}
    for script in ranked:
        names.setdefault(script["slug"].lower(), script)
    for script in ranked:
        for alias in script["aliases"]:
            names.setdefault(alias.lower(), script)
    for script in ranked:
        names.setdefault(script["id"].lower(), script)
    return names
