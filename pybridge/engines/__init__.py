"""The sandboxes that macros run in, behind one interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine
from pybridge.errors import UnknownEngine

ENGINES = ("wasi", "browser", "native")
DEFAULT_ENGINE = "wasi"


def open_engine(
    name: str,
    *,
    limits: Limits | None = None,
    wasm: Path | None = None,
    notify: Callable[[str], None] | None = None,
) -> Engine:
    """Start the engine of this name; close it, or use it as a context manager.

    Args:
        name: one of `ENGINES`.
        limits: of the sandbox; None means the defaults.
        wasm: another interpreter for the WASI engine than the pinned one.
        notify: gets a line when something takes its time.

    Raises:
        UnknownEngine: when there is none.
        PybridgeError: when it does not start.
    """
    if name == "wasi":
        from pybridge.engines.wasi import open_wasi

        return open_wasi(limits or Limits(), wasm=wasm, notify=notify)
    if name == "browser":
        from pybridge.engines.browser import BrowserEngine

        return BrowserEngine(limits=limits)
    if name == "native":
        from pybridge.engines.native import open_native

        return open_native(limits or Limits())
    raise UnknownEngine(name, ENGINES)
