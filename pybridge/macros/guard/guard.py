"""Decides after each slice whether a script changed anything that others rely on.

Interpreter state is restored. Any other change is reported, and the host replaces the interpreter. Items
that ran in the same slice run again one by one, so that no item gets an error because of another.
"""

from __future__ import annotations

import sys

from pybridge.macros.guard.baseline import record
from pybridge.macros.guard.blocked import BlockedFunctions
from pybridge.macros.guard.builtins import Builtins
from pybridge.macros.guard.caches import Caches
from pybridge.macros.guard.interpreter_state import State
from pybridge.macros.guard.namespaces import Namespaces
from pybridge.macros.scripts.code_objects import nested_codes
from pybridge.macros.scripts.invocation import run_body, settle
from pybridge.macros.values.problems import tidy, warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType
    from typing import Any

    from pybridge.macros.guard.baseline import Baseline
    from pybridge.macros.scripts.script import Script

    Json = dict[str, Any]
    Function = Callable[..., Any]

_SEEDS = frozenset(("seed", "setstate"))


class Verdict:
    """The changes that a slice made."""

    __slots__ = ("found", "put_back")

    def __init__(self, found: list[str], put_back: list[str]) -> None:
        self.found = found
        """Names of the changes that cannot be undone."""
        self.put_back = put_back
        """Names of the state that was restored."""

    def to_json(self, cause: Script | None) -> Json:
        """Return the reply's `contaminated`; *cause* is the only script that ran, if there was only one."""
        said: Json = {"what": [tidy(each, 120) for each in self.found]}
        return said if cause is None else {**said, "script": cause.path}


class Guard:
    """Watches the scripts of a session. Costs nothing until one runs that is not self-contained."""

    __slots__ = (
        "_baseline",
        "_blocked",
        "_builtins",
        "_caches",
        "_early",
        "_is_armed",
        "_namespaces",
        "_restored",
        "_state",
        "is_due",
    )

    def __init__(self) -> None:
        self._is_armed = False
        self.is_due = False
        """Whether a verdict is due: a watched script ran."""
        self._state = State()
        self._caches = Caches()
        self._builtins = Builtins()
        self._baseline: Baseline | None = None
        self._namespaces = Namespaces()
        self._blocked = BlockedFunctions()
        self._restored: set[str] = set()
        self._early: tuple[list[str], list[str]] = [], []
        """Names of the state that was restored during the slice, and of what could not be."""

    def enter(self) -> None:
        """Begin a slice."""
        if self._is_armed:
            self._blocked.enter()
            self._state.note()
            self._caches.note()

    def leave(self) -> None:
        """End a slice; before the verdict."""
        if self._is_armed:
            self._builtins.put_back()
            self._blocked.leave()

    def verdict(self, only: Script | None, helpers: Mapping[str, Any]) -> Verdict | None:
        """Return the changes that the slice made, None if there were none.

        Args:
            only: The script that ran, if there was only one item.
            helpers: The modules of helpers and of packages, by name.
        """
        self.is_due = False
        self._put_back_early()
        (put_back, stuck), self._early = self._early, ([], [])
        own = None if only is None else only.path
        replaced, self._builtins.changed = self._builtins.changed, []
        found = [*stuck, *replaced, *self._compared(), *self._namespaces.changes(own)]
        for name, module in helpers.items():
            self._namespaces.note(name, vars(module))
        return Verdict(found, put_back) if found or put_back else None

    def _compared(self) -> list[str]:
        """Return the names of the library's objects that changed; harmless additions join the baseline."""
        baseline = self._baseline
        if baseline is None or baseline.is_intact():
            return []
        changes = baseline.changes()
        if not changes:
            self._baseline = baseline.renewed()
        return changes

    def restore_after_calls(self, script: Script) -> None:
        """Restore the state after each call of *script* from now on, and not only after a slice."""
        if script.metadata.sha256 not in self._restored:
            self._restored.add(script.metadata.sha256)
            if script.render is not None:
                script.render = self._restoring(script.render)

    def due(self) -> None:
        """Have the verdict compare everything, whichever script ran."""
        self.is_due = self._is_armed

    def record(self) -> None:
        """Record the library's objects now, before a snapshot: it takes the longest of what `prepare` does."""
        self._baseline = record()

    def prepare(self) -> None:
        """Record now what is compared later: a script is to be watched, and its first call need not wait for that."""
        self._arm()
        self.leave()

    def watch(self, script: Script) -> None:
        """Begin to watch if *script*, which runs next, is not self-contained."""
        if not script.source.is_self_contained:
            self._arm()
            self.is_due = True

    def run_body(self, script: Script, given: Mapping[str, Any] | None) -> Function:
        """Run the script's body as `invocation.run_body` does; its changes are detected."""
        code = script.source.code
        assert code is not None
        if script.source.is_self_contained:
            function = run_body(script, given)
        else:
            function = self._run_watched(script, code, given)
        assert script.namespace is not None
        self._namespaces.note(script.path, script.namespace)
        return function

    def _run_watched(
        self, script: Script, code: CodeType, given: Mapping[str, Any] | None
    ) -> Function:
        self._arm()
        self.is_due = True
        if not _is_seeding(code) and script.metadata.sha256 not in self._restored:
            try:
                function = run_body(script, given)
            finally:
                self._builtins.put_back()
            return function if script.metadata.kind == "transform" else self._watched(function)
        self._restored.add(script.metadata.sha256)
        return self._restoring(self._run_and_restore(run_body, script, given))

    def _arm(self) -> None:
        if self._is_armed:
            return
        self._is_armed = True
        if self._baseline is None:
            self._baseline = record()
        self._blocked.enter()
        self._builtins.note()
        self._state.note()
        self._caches.note()

    def _watched(self, function: Function) -> Function:
        def watched(context: Json) -> Any:
            self.is_due = True
            try:
                return settle(function(context))
            finally:
                self._builtins.put_back()

        return watched

    def _restoring(self, function: Function) -> Function:
        def restoring(*arguments: Any) -> Any:
            self.is_due = True
            return self._run_and_restore(lambda: settle(function(*arguments)))

        return restoring

    def _run_and_restore(self, work: Function, *arguments: Any) -> Any:
        """Run a script's function, then restore the state, including that of the random numbers."""
        self._put_back_early()  # what the scripts before it in the slice changed
        random = sys.modules.get("random")
        numbers = random.getstate() if random else None
        try:
            return work(*arguments)
        finally:
            self._builtins.put_back()
            self._state.put_back()
            self._caches.put_back()
            _set_random(numbers)

    def _put_back_early(self) -> None:
        """Restore the state, and remember for the verdict what had changed."""
        put_back, stuck = self._state.put_back()
        self._early[0].extend((*put_back, *self._caches.put_back()))
        self._early[1].extend(stuck)


def _set_random(numbers: Any) -> None:
    random = sys.modules.get("random")
    try:
        if numbers is not None:
            random.setstate(numbers)  # type: ignore[union-attr]
        elif random is not None:
            random.seed()
    except Exception:  # a script replaced the module: the baseline reports that
        return


def _is_seeding(code: CodeType) -> bool:
    """Whether a script seeds the random numbers: that cannot be seen in their state."""
    return any(_SEEDS & {*each.co_names} for each in nested_codes(code))


def contamination(script: Script, found: list[str], macro: str, call: Json | None) -> Json:
    """Return the warning for an item whose script changed objects that other scripts use."""
    shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    message = f"{script.path} changed {tidy(shown, 200)}: its interpreter was replaced"
    return warning("contamination", message, macro, call)
