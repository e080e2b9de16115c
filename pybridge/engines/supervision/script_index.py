"""The loaded scripts, found by the names of `tests/names.json` as the macro engine finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pybridge.engines.protocol import JsonObject


class ScriptIndex:
    """The metadata, script.v1, of every loaded script."""

    def __init__(self) -> None:
        self._scripts: dict[str, JsonObject] = {}
        self._names: dict[str, JsonObject] | None = None
        self._macros: dict[str, JsonObject] | None = None
        self._short_limits: list[JsonObject] = []
        """The scripts that ask for less time than others."""

    def learn(self, scripts: Iterable[JsonObject]) -> None:
        """Keep the metadata of loaded scripts; it replaces that of the same paths."""
        self._scripts.update((script["path"], script) for script in scripts)
        self._names = self._macros = None
        self._short_limits = [each for each in self.all() if _own_s(each, "itemS")]

    def find(self, name: str) -> JsonObject | None:
        """Return the script of any kind that a name means."""
        if self._names is None:
            self._names = _by_name(each for each in self.all() if each["kind"] != "helper")
        return self._names.get(name.lower())

    def macro(self, name: str) -> JsonObject | None:
        """Return the script that a macro's name means: a macro, else a script of another kind."""
        if self._macros is None:
            self._macros = _by_name(each for each in self.all() if each["kind"] == "macro")
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
        return self.item_s(self.macro(name_of(call)), most_s) if self._short_limits else most_s

    def run_s(self, script: JsonObject | None, most_s: float) -> float:
        """Return the seconds that a run of *script* gets: its own limit, *most_s* at most."""
        return min(_own_s(script, "runS") or most_s, most_s)

    def shortest_s(self, texts: Sequence[str], most_s: float) -> float:
        """Return the least seconds of any macro that *texts* may call, *most_s* at most.

        That decides when items run one at a time, never which one is charged.
        """
        called = [
            script
            for script in self._short_limits
            if any(mentions([script], text) for text in texts)
        ]
        return min((self.item_s(script, most_s) for script in called), default=most_s)


def mentions(scripts: Sequence[JsonObject], text: str) -> bool:
    """Return whether a text may call a macro of one of *scripts*."""
    names = [name for each in scripts for name in (each["slug"], *each["aliases"], each["id"])]
    listed = "|".join(map(re.escape, names))
    return bool(names) and re.search(rf"\[\[(?:{listed})(?![\w-])", text, re.IGNORECASE) is not None


def name_of(call: Mapping[str, Any]) -> str:
    """Return the name of the macro that is called; empty if the call has none."""
    macro = call.get("macro")
    name = macro.get("name") if isinstance(macro, Mapping) else None
    return name if isinstance(name, str) else ""


def _own_s(script: JsonObject | None, name: str) -> float | None:
    return script.get("limits", {}).get(name) if script else None


def _by_name(scripts: Iterable[JsonObject]) -> dict[str, JsonObject]:
    """Map every name to its script.

    A slug goes before an alias, an alias before an id; of equal names a project's script goes before
    a default, an enabled one before a disabled one.
    """
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
