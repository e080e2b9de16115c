"""Keep scripts from killing worker after worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pybridge.engines.channel import WorkerLost
from pybridge.engines.protocol import JsonObject

MOST_LOSSES = 3
"""Workers that one version of a script may take down."""


class Quarantine:
    """Knows the loaded scripts by their names, and counts the workers they cost."""

    def __init__(self) -> None:
        self._scripts: dict[str, JsonObject] = {}
        self._names: dict[str, JsonObject] | None = None
        self._losses: Counter[str] = Counter()

    def know(self, scripts: Iterable[JsonObject]) -> None:
        """Remember what the engine said about scripts that were loaded."""
        self._scripts.update((script["path"], script) for script in scripts)
        self._names = None

    def find(self, name: str) -> JsonObject | None:
        """Return the script that answers to a macro's name, as the engine finds it."""
        if self._names is None:
            self._names = _index(self._scripts.values())
        return self._names.get(name.lower())

    def refusal(self, call: Mapping[str, Any]) -> JsonObject | None:
        """Return the outcome of a call whose script is in quarantine; None when it may run."""
        script = self.find(_name(call)) if self._losses else None
        if script is None or self._losses[script["sha256"]] < MOST_LOSSES:
            return None
        return _outcome(
            call, script, "quarantined", _message(script), "change the script, then load it again"
        )

    def charges(self) -> dict[str, JsonObject]:
        """Return what scripts in quarantine are charged with instead of being run, by their path."""
        return {
            path: {"code": "quarantined", "message": _message(script)}
            for path, script in self._scripts.items()
            if self._losses[script["sha256"]] >= MOST_LOSSES
        }

    def count(self, path: str) -> None:
        """Note that the script at *path* cost a worker."""
        if path in self._scripts:
            self._losses[self._scripts[path]["sha256"]] += 1

    def charge_call(self, call: Mapping[str, Any], lost: WorkerLost) -> JsonObject:
        """Return the outcome of a call that cost a worker, and count it."""
        script = self.find(_name(call))
        if script is not None:
            self._losses[script["sha256"]] += 1
        return _outcome(call, script, lost.code, lost.message)


def _message(script: JsonObject) -> str:
    return f"{script['path']} took down {MOST_LOSSES} workers and is not run again"


def _index(scripts: Iterable[JsonObject]) -> dict[str, JsonObject]:
    """Map every name to its script: slug over alias over id, a project's script over a default."""
    ranked = sorted(scripts, key=lambda script: bool(script["origin"] != "project"))
    names: dict[str, JsonObject] = {}
    for script in ranked:
        names.setdefault(script["slug"].lower(), script)
    for script in ranked:
        for alias in script["aliases"]:
            names.setdefault(alias.lower(), script)
    for script in ranked:
        names.setdefault(script["id"].lower(), script)
    return names


def _name(call: Mapping[str, Any]) -> str:
    macro = call.get("macro")
    name = macro.get("name") if isinstance(macro, Mapping) else None
    return name if isinstance(name, str) else ""


def _outcome(
    call: Mapping[str, Any],
    script: JsonObject | None,
    code: str,
    message: str,
    hint: str | None = None,
) -> JsonObject:
    error: JsonObject = {"code": code, "message": message, "macro": _name(call)}
    position = call["macro"].get("position") if isinstance(call.get("macro"), Mapping) else None
    if isinstance(position, Mapping) and "line" in position:
        error["call"] = dict(position)
    if hint:
        error["hint"] = hint
    return {"error": error, "scriptId": script["id"]} if script else {"error": error}
