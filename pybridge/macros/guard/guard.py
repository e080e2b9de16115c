"""Keeps what one script does from changing what the next one puts out.

What scripts may change for their own sake is put back after them; anything else that changed is
reported, and the host takes a new interpreter. A batch that ran together when it happened is gone over
again item by item, so that no item is charged with what another one did.
"""

from __future__ import annotations

import sys

from pybridge.macros.guard.baseline import record
from pybridge.macros.guard.blocked import BlockedFunctions
from pybridge.macros.guard.builtins import Builtins
from pybridge.macros.guard.bytecode_check import is_self_contained
from pybridge.macros.guard.interpreter_state import State
from pybridge.macros.guard.namespaces import Namespaces
from pybridge.macros.scripts.invocation import run_body, settle
from pybridge.macros.values.problems import tidy, warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import CodeType
    from typing import Any

    from pybridge.macros.guard.baseline import Baseline
    from pybridge.macros.scripts.script import Script

    Json = dict[str, Any]
    Function = Callable[..., Any]

_SEEDS = frozenset(("seed", "setstate"))
_Code = type((lambda: None).__code__)


class Verdict:
    """What a slice left behind."""

    __slots__ = ("found", "put_back")

    def __init__(self, found: list[str], put_back: list[str]) -> None:
        self.found = found
        """What is another thing than before, and stays so."""
        self.put_back = put_back
        """What was another thing than before the slice, and is put back."""

    def to_json(self, culprit: Script | None) -> Json:
        """Return the reply's `contaminated`; *culprit* is the only script that ran."""
        said: Json = {"what": [tidy(each, 120) for each in self.found]}
        return said if culprit is None else {**said, "script": culprit.path}


class Guard:
    """Watches the scripts of a session. Until the first wild one runs it costs nothing."""

    __slots__ = (
        "_baseline",
        "_blocked",
        "_builtins",
        "_is_armed",
        "_namespaces",
        "_self_contained",
        "_state",
        "_untidy",
        "is_due",
    )

    def __init__(self) -> None:
        self._is_armed = False
        self.is_due = False
        """Whether a verdict is due: a script ran that is not plainly harmless."""
        self._state = State()
        self._builtins = Builtins()
        self._baseline: Baseline | None = None
        self._namespaces = Namespaces()
        self._blocked = BlockedFunctions()
        self._self_contained: dict[CodeType, bool] = {}
        self._untidy: set[str] = set()

    def enter(self) -> None:
        """Begin a slice."""
        if self._is_armed:
            self._blocked.enter()
            self._state.note()

    def leave(self) -> None:
        """End a slice; before the verdict."""
        if self._is_armed:
            self._builtins.put_back()
            self._blocked.leave()

    def verdict(self, only: Script | None, helpers: Mapping[str, Any]) -> Verdict | None:
        """Return what the slice left behind, None if nothing.

        Args:
            only: The script that ran, if there was only one item.
            helpers: The modules of helpers, by name.
        """
        self.is_due = False
        put_back, stuck = self._state.put_back()
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

    def mark_untidy(self, script: Script) -> None:
        """Put things back after each call of *script* from now on, and not only after a slice."""
        if script.metadata.sha256 not in self._untidy:
            self._untidy.add(script.metadata.sha256)
            if script.render is not None:
                script.render = self._tidied(script.render)

    def due(self) -> None:
        """Have the verdict look at everything, whatever ran."""
        self.is_due = self._is_armed

    def watch(self, code: CodeType | None) -> None:
        """Begin to watch if *code*, which runs next, is not plainly harmless."""
        if code is not None and not self._is_harmless(code):
            self._arm()
            self.is_due = True

    def run_body(self, script: Script, given: Mapping[str, Any] | None) -> Function:
        """Run the script's body as `invocation.run_body` does; what it does will be noticed."""
        code = script.source.code
        assert code is not None
        if script.origin == "default" or self._is_harmless(code):
            function = run_body(script, given)
        else:
            function = self._run_wild(script, code, given)
        assert script.namespace is not None
        self._namespaces.note(script.path, script.namespace)
        return function

    def _run_wild(
        self, script: Script, code: CodeType, given: Mapping[str, Any] | None
    ) -> Function:
        self._arm()
        self.is_due = True
        if not _is_untidy(code) and script.metadata.sha256 not in self._untidy:
            try:
                function = run_body(script, given)
            finally:
                self._builtins.put_back()
            return function if script.metadata.kind == "transform" else self._noticed(function)
        self._untidy.add(script.metadata.sha256)
        return self._tidied(self._tidy(run_body, script, given))

    def _is_harmless(self, code: CodeType) -> bool:
        known = self._self_contained.get(code)
        if known is None:
            known = self._self_contained[code] = is_self_contained(code)
        return known

    def _arm(self) -> None:
        if self._is_armed:
            return
        self._is_armed = True
        if self._baseline is None:
            self._baseline = record()
        self._blocked.enter()
        self._builtins.note()
        self._state.note()

    def _noticed(self, function: Function) -> Function:
        def noticed(context: Json) -> Any:
            self.is_due = True
            try:
                return settle(function(context))
            finally:
                self._builtins.put_back()

        return noticed

    def _tidied(self, function: Function) -> Function:
        def tidied(*arguments: Any) -> Any:
            self.is_due = True
            return self._tidy(lambda: settle(function(*arguments)))

        return tidied

    def _tidy(self, work: Function, *arguments: Any) -> Any:
        """Do a script's work and put back what it changed, the sequence of random numbers too."""
        random = sys.modules.get("random")
        numbers = random.getstate() if random else None
        try:
            return work(*arguments)
        finally:
            self._builtins.put_back()
            self._state.put_back()
            _set_random(numbers)


def _set_random(numbers: Any) -> None:
    random = sys.modules.get("random")
    try:
        if numbers is not None:
            random.setstate(numbers)  # type: ignore[union-attr]
        elif random is not None:
            random.seed()
    except Exception:  # a script exchanged the module, which is noticed elsewhere
        return


def _is_untidy(code: CodeType) -> bool:
    """Whether a script sets the state of random numbers, which looks like any other state."""
    return any(_SEEDS & {*each.co_names} for each in _codes(code))


def _codes(code: CodeType) -> Iterable[CodeType]:
    pending = [code]
    while pending:
        each = pending.pop()
        yield each
        pending += [value for value in each.co_consts if type(value) is _Code]


def contamination(script: Script, found: list[str], macro: str, call: Json | None) -> Json:
    """Return the warning of an item whose script changed what others rely on."""
    shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    message = f"{script.path} changed {tidy(shown, 200)}: its interpreter was replaced"
    return warning("contamination", message, macro, call)
