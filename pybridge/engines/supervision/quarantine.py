"""Keep scripts from killing worker after worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.script_index import ScriptIndex, name_of

MOST_LOSSES = 3
"""Workers that one version of a script may take down."""


class Quarantine:
    """Counts the workers that scripts cost."""

    def __init__(self, directory: ScriptIndex) -> None:
        self._directory = directory
        self._losses: Counter[str] = Counter()

    def refusal(self, call: Mapping[str, Any]) -> JsonObject | None:
        """Return the outcome of a call whose script is in quarantine; None when it may run."""
        script = self._directory.macro(name_of(call)) if self._losses else None
        if script is None or self._losses[script["sha256"]] < MOST_LOSSES:
            return None
        return _outcome(
            call, script, "quarantined", _message(script), "change the script, then load it again"
        )

    def charges(self) -> dict[str, JsonObject]:
        """Return what scripts in quarantine are charged with instead of being run, by their path."""
        if not self._losses:
            return {}
        return {
            script["path"]: {"code": "quarantined", "message": _message(script)}
            for script in self._directory.all()
            if self._losses[script["sha256"]] >= MOST_LOSSES
        }

    def count(self, path: str | None) -> None:
        """Note that the script at *path* cost a worker."""
        script = self._directory.at(path)
        if script is not None:
            self._losses[script["sha256"]] += 1

    def charge_call(self, call: Mapping[str, Any], lost: WorkerLost) -> JsonObject:
        """Return the outcome of a call that cost a worker, and count it."""
        script = self._directory.macro(name_of(call))
        if script is not None:
            self._losses[script["sha256"]] += 1
        return _outcome(call, script, lost.code, lost.message)


def _message(script: JsonObject) -> str:
    return f"{script['path']} took down {MOST_LOSSES} workers and is not run again"


def _outcome(
    call: Mapping[str, Any],
    script: JsonObject | None,
    code: str,
    message: str,
    hint: str | None = None,
) -> JsonObject:
    error: JsonObject = {"code": code, "message": message, "macro": name_of(call)}
    position = call["macro"].get("position") if isinstance(call.get("macro"), Mapping) else None
    if isinstance(position, Mapping) and "line" in position:
        error["call"] = dict(position)
    if hint:
        error["hint"] = hint
    return {"error": error, "scriptId": script["id"]} if script else {"error": error}
