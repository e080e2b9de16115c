"""The modules that scripts run as: registered by name, their lines known to tracebacks."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_Module = type(sys)


class Loader:
    """Gives `linecache`, and so tracebacks, the lines of a module whose text is not a file here."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_source(self, _: str) -> str:
        """Return the module's text."""
        return self._text


def module_name(path: str) -> str:
    """Return the name under which the script at *path* is a module."""
    return "script." + path.removesuffix(".py").replace("\\", "/").strip("/").replace("/", ".")


def new_module(path: str, text: str, name: str) -> Any:
    """Return an empty module for the script at *path*, registered as *name*.

    Libraries look classes up by their module: `dataclasses` fails without the registration.
    """
    forget_lines(path)
    module = _Module(name)
    module.__dict__["__file__"] = path
    module.__dict__["__loader__"] = Loader(text)
    sys.modules[name] = module
    return module


def forget_lines(path: str) -> None:
    """Drop the cached lines of an earlier script at *path*."""
    lines = getattr(sys.modules.get("linecache"), "cache", None)
    if type(lines) is dict:
        lines.pop(path, None)


def forget_module(path: str, namespace: dict[str, Any] | None) -> None:
    """Unregister the module of the script at *path*, if it is the one with *namespace*."""
    name = module_name(path)
    module = sys.modules.get(name)
    if module is not None and getattr(module, "__dict__", None) is namespace:
        del sys.modules[name]
