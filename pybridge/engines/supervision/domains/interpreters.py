"""The interpreters of one engine: one for each trust domain, and one for each script that is not self-contained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from pybridge.engines.protocol import JsonObject, Script
from pybridge.engines.supervision.script_index import ScriptIndex
from pybridge.engines.supervision.supervisor import Supervisor
from pybridge.macros.scripts.metadata import is_helper

COMMON = ""
"""The domain of the built-in scripts, and of all that are in no other."""
MOST_ISOLATED = 8
"""Most interpreters of single scripts that are kept, each of which takes 50 MB and more."""


@dataclass(frozen=True)
class Interpreter:
    """Where a script runs: in the interpreter of its trust domain, or in one of its own."""

    domain: str
    script: str | None = None
    """Path of the script that is alone there."""


class Interpreters:
    """A supervisor for each interpreter, started when a script is first called there."""

    def __init__(
        self,
        common: Supervisor,
        open_one: Callable[[], Supervisor],
        open_isolated: Callable[[], Supervisor] | None,
        *,
        most_isolated: int = MOST_ISOLATED,
        isolates_all: bool = False,
    ) -> None:
        """Begin with the common domain.

        Args:
            common: Its supervisor, which is ended with the others.
            open_one: Starts one for another domain.
            open_isolated: Starts one for a single script; None where scripts need none.
            most_isolated: Of those, how many run at a time; the one used last is kept.
            isolates_all: Whether self-contained scripts have interpreters of their own, too.
        """
        self._most_isolated = most_isolated
        self._isolates_all = isolates_all
        self._open_one = open_one
        self._open_isolated = open_isolated
        self._stack = ExitStack()
        self._shared = {COMMON: self._stack.enter_context(common)}
        self._isolated: dict[str, Supervisor] = {}
        """By the path of the script, the one used last at the end."""
        self._outdated: set[str] = set()
        """Paths of scripts whose own interpreter has another version of them or of a helper."""
        self._scripts: dict[str, Script] = {}
        self.index = ScriptIndex()
        self.former_losses = 0
        """Workers that were lost by interpreters that are ended."""

    def load(self, scripts: Sequence[Script]) -> list[JsonObject]:
        """Load each script into its own domain, and its metadata into the common one."""
        changed = [script for script in scripts if self._scripts.get(script.path) != script]
        before = [self._scripts[s.path] for s in changed if s.path in self._scripts]
        self._scripts.update((script.path, script) for script in scripts)
        for domain in {
            old.domain for old in before if old.domain != self._scripts[old.path].domain
        }:
            self._begin_again(domain)
        infos = self._shared[COMMON].load(
            [
                replace(script, elsewhere=script.domain != COMMON, apart=self._isolates_all)
                for script in scripts
            ]
        )
        self.index.learn(infos)
        for domain, engine in self._shared.items():
            if domain != COMMON:
                engine.load(self._of_domain(domain, scripts))
        helped = {script.domain for script in (*before, *changed) if is_helper(script.path)}
        self._outdated.update(script.path for script in changed)
        self._outdated.update(p for p in self._isolated if self._scripts[p].domain in helped)
        return infos

    def of(self, path: str | None) -> Interpreter:
        """Return where the script at *path* runs; one that is not loaded belongs to the common domain."""
        script, info = self._scripts.get(path or ""), self.index.at(path)
        if script is None:
            return Interpreter(COMMON)
        is_isolated = self._open_isolated is not None and info is not None and "isolated" in info
        return Interpreter(script.domain, script.path if is_isolated else None)

    @property
    def isolates(self) -> bool:
        """Whether scripts that are not self-contained have interpreters of their own."""
        return self._open_isolated is not None

    def engine(self, wanted: Interpreter) -> Supervisor:
        """Return the supervisor of an interpreter, its scripts loaded.

        Raises:
            BootFailed: when it does not start.
        """
        if wanted.script is not None:
            return self._engine_of(wanted.script)
        if wanted.domain not in self._shared:
            engine = self._stack.enter_context(self._open_one())
            self._shared[wanted.domain] = engine
            engine.load(self._of_domain(wanted.domain, self._scripts.values()))
        return self._shared[wanted.domain]

    def all(self) -> list[Supervisor]:
        """Return every supervisor, that of the common domain first."""
        return [*self._shared.values(), *self._isolated.values()]

    def close(self) -> None:
        """End all of them."""
        self._stack.close()

    def _engine_of(self, path: str) -> Supervisor:
        engine = self._isolated.pop(path, None)
        if engine is not None and path in self._outdated:
            # What an older version left in it must not reach the new one, nor a helper that moved away.
            self._end(engine)
            engine = None
        if engine is None:
            assert self._open_isolated is not None
            engine = self._stack.enter_context(self._open_isolated())
            self._outdated.add(path)
        self._isolated[path] = engine
        self._make_room()
        if path in self._outdated:
            engine.load(self._alone(path))
            self._outdated.discard(path)
        return engine

    def _begin_again(self, domain: str) -> None:
        """End the interpreter of a domain that a script left: it may have run there."""
        if domain == COMMON:
            self._shared[COMMON].renew()
        elif domain in self._shared:
            self._end(self._shared.pop(domain))

    def _end(self, engine: Supervisor) -> None:
        engine.close()
        self.former_losses += engine.losses

    def _make_room(self) -> None:
        """End the interpreters of single scripts that were not used for the longest time."""
        running = [engine for engine in self._isolated.values() if engine.channel is not None]
        for engine in running[: -self._most_isolated]:
            engine.rest()

    def _alone(self, path: str) -> list[Script]:
        """Return a script and the helpers that it may import."""
        script = self._scripts[path]
        helpers = [
            s for s in self._scripts.values() if s.domain == script.domain and is_helper(s.path)
        ]
        return [replace(each, alone=True) for each in (script, *helpers)]

    def _of_domain(self, domain: str, scripts: Iterable[Script]) -> list[Script]:
        return [
            replace(script, apart=self._isolates_all)
            for script in scripts
            if script.domain == domain
        ]
