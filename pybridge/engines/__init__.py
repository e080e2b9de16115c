"""The sandboxes that macros run in, behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pybridge.errors import UnknownEngine, UsageError

if TYPE_CHECKING:  # commands read the names below before they know whether an engine is needed
    from pybridge.engines.limits import Limits
    from pybridge.engines.protocol import Engine, RawEngine, Script
    from pybridge.html.policy import Policy
    from pybridge.packages.script_packages import ScriptPackages
    from pybridge.project.features import Isolation, WasiPython

ENGINES = ("wasi", "browser", "native")
DEFAULT_ENGINE = "wasi"
COMPONENT: Literal["component"] = "component"


@dataclass(frozen=True)
class EngineChoice:
    """Which engine is wanted."""

    name: str = DEFAULT_ENGINE
    """One of `ENGINES`."""
    wasm: Path | None = None
    """Another interpreter for the WASI engine than the pinned one."""
    python: WasiPython = "core"
    """The Python of the WASI engine; `core` if *wasm* is one."""
    isolation: Isolation = "script"
    """Which scripts have interpreters of their own in the component."""

    @property
    def label(self) -> str:
        """Name in comparisons: the engine's, or `component`."""
        return COMPONENT if (self.name, self.python) == ("wasi", COMPONENT) else self.name

    @classmethod
    def labelled(cls, label: str) -> EngineChoice:
        """Return the choice of that label."""
        return cls("wasi", python=COMPONENT) if label == COMPONENT else cls(label)


def open_engine(
    wanted: str | EngineChoice,
    *,
    limits: Limits | None = None,
    policy: Policy | None = None,
    notify: Callable[[str], None] | None = None,
    packages: ScriptPackages | None = None,
) -> Engine:
    """Start an engine; close it, or use it as a context manager.

    Args:
        wanted: The engine, or its name.
        limits: Limits of the sandbox; None means the defaults.
        policy: The HTML that results may hold; None means the built-in policy.
        notify: Gets a line before something that takes long.
        packages: What scripts may import beside the standard library.

    Raises:
        UnknownEngine: when there is none of that name.
        UsageError: when another interpreter is wanted for an engine that has its own.
        PybridgeError: when it does not start.
    """
    choice = EngineChoice(wanted) if isinstance(wanted, str) else wanted
    if choice.name not in ENGINES:
        raise UnknownEngine(choice.name, ENGINES)
    if choice.wasm is not None and choice.name != "wasi":
        raise UsageError(f"the {choice.name} engine takes no --wasm", "use it with --engine wasi")
    if choice.name == "browser":
        from pybridge.engines.browser.engine import BrowserEngine

        return BrowserEngine(limits=limits, policy=policy, packages=packages)
    from pybridge.engines.limits import Limits
    from pybridge.engines.sanitising import Sanitising
    from pybridge.html.policy import html_policy

    inner = _open_supervised(choice, limits or Limits(), notify, packages)
    return Sanitising(inner, policy or html_policy())


def _open_supervised(
    choice: EngineChoice,
    limits: Limits,
    notify: Callable[[str], None] | None,
    packages: ScriptPackages | None,
) -> RawEngine:
    if choice.name == "wasi":
        if choice.python == "component" and choice.wasm is None:
            from pybridge.engines.wasi.component.engine import open_component

            if packages is not None:
                raise UsageError("the component has no packages yet", 'use `engine = "core"`')
            return open_component(limits, choice.isolation, notify=notify)
        from pybridge.engines.wasi.engine import open_wasi

        return open_wasi(limits, wasm=choice.wasm, notify=notify, packages=packages)
    from pybridge.engines.native.engine import open_native

    return open_native(limits, packages)


def open_for(scripts: Iterable[Script], open_one: Callable[[], Engine]) -> Engine:
    """Start an engine that separates the trust domains of *scripts*.

    Args:
        scripts: The scripts that it will load.
        open_one: Starts one engine of the kind that is wanted.
    """
    from pybridge.engines.sanitising import Sanitising
    from pybridge.engines.supervision.domains.engine import DomainEngine
    from pybridge.engines.supervision.supervisor import Supervisor

    def supervisor_of(engine: Engine) -> Supervisor | None:
        inner = engine.inner if isinstance(engine, Sanitising) else None
        return inner if isinstance(inner, Supervisor) else None

    def open_supervisor() -> Supervisor:
        supervisor = supervisor_of(open_one())
        assert supervisor is not None, "an engine of another kind than the first"
        return supervisor

    first = open_one()
    common = supervisor_of(first)
    # The other engines separate the domains themselves.
    if common is None or not isinstance(first, Sanitising) or not any(s.domain for s in scripts):
        return first
    return Sanitising(DomainEngine(common, open_supervisor), first.policy)
