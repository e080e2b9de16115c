"""The loaded scripts, by path and by the names documents call them."""

from __future__ import annotations

from pybridge.macros.scripts.script import Script
from pybridge.macros.values.problems import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_REMEMBERED = 1000


class Registry:
    """Scripts by path. A name means a slug, else an alias, else an id; a project's script comes first."""

    __slots__ = ("_macros", "_names", "_scripts", "has_foreign", "remembered")

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {}
        self._names: dict[str, Script] | None = None
        self._macros: dict[str, Script] | None = None
        self.remembered: dict[str, tuple[str, Script | None]] = {}
        """Results of `called`, by name."""
        self.has_foreign = False
        """Whether a script is, or was, one that does not run here."""

    def add(self, script: Script) -> None:
        """Keep *script* in place of one with the same path."""
        self._scripts[script.path] = script
        self.has_foreign |= script.is_foreign
        self._forget_names()

    def remove(self, path: str) -> Script | None:
        """Forget the script at *path* and return it."""
        self._forget_names()
        return self._scripts.pop(path, None)

    def at(self, path: str) -> Script | None:
        """Return the script at *path*."""
        return self._scripts.get(path)

    def all(self) -> Iterable[Script]:
        """Return every script, helpers included."""
        return self._scripts.values()

    def transforms(self) -> list[Script]:
        """Return the enabled transforms of this domain, a project's in place of the default ones they replace."""
        found = [
            s
            for s in self._scripts.values()
            if s.metadata.kind == "transform" and not s.is_elsewhere
        ]
        own = {script.slug for script in found if script.origin == "project"}
        shown = [s for s in found if s.origin == "project" or s.slug not in own]
        return [script for script in shown if script.enabled]

    def find(self, name: str) -> Script | None:
        """Return the script that *name* means, of whatever kind, enabled or not."""
        if self._names is None:
            self._names = _index(s for s in self._scripts.values() if s.metadata.kind != "helper")
        return self._names.get(name) or self._names.get(name.lower())

    def macro(self, name: str) -> Script | None:
        """Return the enabled macro that *name* means."""
        script = self._macro(name)
        return script if script is not None and script.enabled else None

    def called(self, written: str) -> tuple[str, Script | None]:
        """Return the name that is *written* in a document in lower case, and the macro it means."""
        found = self.remembered.get(written)
        if found is None:
            if len(self.remembered) >= _MOST_REMEMBERED:
                self.remembered.clear()
            name = written.lower()
            found = self.remembered[written] = name, self.macro(name)
        return found

    def _macro(self, name: str) -> Script | None:
        if self._macros is None:
            self._macros = _index(s for s in self._scripts.values() if s.metadata.kind == "macro")
        return self._macros.get(name) or self._macros.get(name.lower())

    def explain(self, name: str) -> tuple[str, str | None]:
        """Say why `macro(name)` is None: a message and, where there is one, a hint."""
        script = self._macro(name)
        if script:
            return f"the macro {name!r} is disabled ({script.path})", None
        script = self.find(name)
        if script:
            return f"{name!r} is a {script.metadata.kind}, not a macro ({script.path})", None
        return f"no macro named {name!r}", did_you_mean(name, self._macro_names())

    def _forget_names(self) -> None:
        self._names = None
        self._macros = None
        self.remembered.clear()

    def _macro_names(self) -> Sequence[str]:
        macros = [s for s in self._scripts.values() if s.enabled and s.metadata.kind == "macro"]
        return [name for script in macros for name in (script.slug, *script.metadata.aliases)]


def _index(scripts: Iterable[Script]) -> dict[str, Script]:
    """Map every name to its script: the first in order of precedence keeps the name."""
    by_precedence = sorted(scripts, key=_precedence)
    names: dict[str, Script] = {}
    for script in by_precedence:
        names.setdefault(script.slug.lower(), script)
    for script in by_precedence:
        for alias in script.metadata.aliases:
            names.setdefault(alias.lower(), script)
    for script in by_precedence:
        names.setdefault(script.id.lower(), script)
    return names


def _precedence(script: Script) -> tuple[bool, bool, str]:
    """Sort projects before defaults, then what is enabled.

    A disabled script of a project still hides the default of its name: disabling is a wish.
    """
    return script.origin != "project", not script.enabled, script.path
