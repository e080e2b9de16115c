"""The sandboxes that macros run in, behind one interface."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine, Script
from pybridge.errors import UnknownEngine, UsageError
from pybridge.html.policy import Policy

ENGINES = ("wasi", "browser", "native")
DEFAULT_ENGINE = "wasi"


@dataclass(frozen=True)
class EngineChoice:
    """Which engine is wanted."""

    name: str = DEFAULT_ENGINE
    """One of `ENGINES`."""
    wasm: Path | None = None
    """Another interpreter for the WASI engine than the pinned one."""


def open_engine(
    wanted: str | EngineChoice,
    *,
    limits: Limits | None = None,
    policy: Policy | None = None,
    notify: Callable[[str], None] | None = None,
) -> Engine:
    """Start an engine; close it, or use it as a context manager.

    Args:
        wanted: the engine, or its name.
        limits: of the sandbox; None means the defaults.
        policy: what HTML may hold; None means the built-in one.
        notify: gets a line when something takes its time.

    Raises:
        UnknownEngine: when there is none.
        UsageError: when another interpreter is wanted for an engine that has its own.
        PybridgeError: when it does not start.
    """
    choice = EngineChoice(wanted) if isinstance(wanted, str) else wanted
    name = choice.name
    if name == "wasi":
        from pybridge.engines.wasi.engine import open_wasi

        return open_wasi(limits or Limits(), wasm=choice.wasm, policy=policy, notify=notify)
    if choice.wasm is not None and name in ENGINES:
        raise UsageError(f"the {name} engine takes no --wasm", "use it with --engine wasi")
    if name == "browser":
        from pybridge.engines.browser.engine import BrowserEngine

        return BrowserEngine(limits=limits, policy=policy)
    if name == "native":
        from pybridge.engines.native.engine import open_native

        return open_native(limits or Limits(), policy=policy)
    raise UnknownEngine(name, ENGINES)


def open_for(scripts: Iterable[Script], open_one: Callable[[], Engine]) -> Engine:
    """Start an engine that keeps the trust domains of *scripts* apart.

    Args:
        scripts: what it is to load.
        open_one: starts one engine of the kind that is wanted.
    """
    from pybridge.engines.supervision.domains import DomainEngine
    from pybridge.engines.supervision.supervisor import SupervisedEngine

    first = open_one()
    is_one = not any(script.domain for script in scripts)
    # The browser's is the client, which keeps them apart itself.
    if is_one or not isinstance(first, SupervisedEngine):
        return first
    return DomainEngine(first, open_one)
