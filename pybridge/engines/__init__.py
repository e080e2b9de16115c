"""The sandboxes that macros run in, behind one interface."""

from __future__ import annotations

from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Engine
from pybridge.errors import UnknownEngine

ENGINES = ("browser", "native")
DEFAULT_ENGINE = "browser"


def open_engine(name: str, *, limits: Limits | None = None) -> Engine:
    """Start the engine of this name; close it, or use it as a context manager.

    Raises:
        UnknownEngine: when there is none.
        PybridgeError: when it does not start.
    """
    if name == "browser":
        from pybridge.engines.browser import BrowserEngine

        return BrowserEngine(limits=limits)
    if name == "native":
        from pybridge.engines.native import open_native

        return open_native(limits or Limits())
    raise UnknownEngine(name, ENGINES)
