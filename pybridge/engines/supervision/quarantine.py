"""Stop running scripts that have cost several workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pybridge.engines.protocol import JsonObject
from pybridge.engines.supervision.batching import failed_call
from pybridge.engines.supervision.channel import WorkerLost
from pybridge.engines.supervision.script_index import ScriptIndex, name_of

MOST_LOSSES = 3
"""Workers that one version of a script may cost."""


class Quarantine:
    """Counts the workers that each version of a script has cost."""

    def __init__(self, index: ScriptIndex) -> None:
        self._index = index
        self._losses: Counter[str] = Counter()
        """Lost workers by the hash of the script: a changed one starts again."""

    def refusal(self, call: Mapping[str, Any]) -> JsonObject | None:
        """Return the outcome of a call whose script is in quarantine; None when it may run."""
        script = self._index.macro(name_of(call)) if self._losses else None
        if script is None or not self._is_in(script):
            return None
        error = {**_error(script), "hint": "change the script, then load it again"}
        return failed_call(call, error, script)

    def charges(self) -> dict[str, JsonObject]:
        """Return the error of each script in quarantine, by its path; it is used instead of a run."""
        return {script["path"]: _error(script) for script in self._known() if self._is_in(script)}

    def is_suspect(self, name: str) -> bool:
        """Return whether a macro's script has cost a worker and is not in quarantine yet."""
        script = self._index.macro(name) if self._losses else None
        return script is not None and self._is_suspect(script)

    def suspects(self) -> list[JsonObject]:
        """Return the scripts that have cost a worker and are not in quarantine yet."""
        return [script for script in self._known() if self._is_suspect(script)]

    def count(self, path: str | None) -> None:
        """Note that the script at *path* cost a worker; None means it is not known."""
        script = self._index.at(path)
        if script is not None:
            self._losses[script["sha256"]] += 1

    def charge_call(self, call: Mapping[str, Any], lost: WorkerLost) -> JsonObject:
        """Return the outcome of a call that cost a worker, and count it."""
        script = self._index.macro(name_of(call))
        if script is not None:
            self._losses[script["sha256"]] += 1
        return failed_call(call, lost.error, script)

    def _known(self) -> list[JsonObject]:
        return list(self._index.all()) if self._losses else []

    def _is_in(self, script: JsonObject) -> bool:
        return self._losses[script["sha256"]] >= MOST_LOSSES

    def _is_suspect(self, script: JsonObject) -> bool:
        return 0 < self._losses[script["sha256"]] < MOST_LOSSES


def _error(script: JsonObject) -> JsonObject:
    message = f"{script['path']} took down {MOST_LOSSES} workers and is not run again"
    return {"code": "quarantined", "message": message}
