"""The Python side of the worker: one session, two callables, and nothing else within reach.

Lives beside `pybridge.macros` in the engine archive. The worker's JavaScript imports it once.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

from pybridge.macros.wire import Session

_COMMON = (
    *("base64", "calendar", "collections", "contextlib", "copy", "csv", "dataclasses", "datetime"),
    *("decimal", "difflib", "enum", "fractions", "functools", "hashlib", "html", "html.parser"),
    *("itertools", "json", "math", "operator", "random", "re", "secrets", "statistics", "string"),
    *("textwrap", "time", "typing", "unicodedata", "urllib.parse", "uuid", "zoneinfo"),
)
_UNLINKED = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core")
_write = os.write


def _emit(stream: str, text: str) -> None:
    """Hand streamed output to the host: the import gate reads what is written to fd 1 and 2."""
    _write(2 if stream == "stderr" else 1, text.encode("utf-8", "backslashreplace"))


_session = Session(_emit, isolates=True)
handle = _session.handle
step = _session.step
python_version = ".".join(map(str, sys.version_info[:3]))


def prepare(scripts: str) -> str:
    """Import what macros commonly use and compile scripts, before the snapshot; return what is known of them.

    None of them runs, and none stays loaded: what is kept is the code, by path and hash, for the host
    that loads the very same file. A first import costs a restored worker 5 to 90 ms, reading from the
    zipped standard library.
    """
    for name in _COMMON:
        importlib.import_module(name)
    sources = json.loads(scripts)
    loaded = json.loads(handle(json.dumps({"kind": "load", "id": 0, "scripts": sources}))[1:])
    if "scripts" not in loaded:
        raise ValueError(loaded["error"]["message"])
    paths = [each["path"] for each in sources]
    handle(json.dumps({"kind": "load", "id": 0, "scripts": [], "unload": paths}))
    return json.dumps(loaded["scripts"])


def add_packages(image: str) -> None:
    """Keep the packages that scripts may import in memory, before the snapshot: its files are not in it."""
    _session.add_packages(image)


def wake() -> None:
    """Make new what a snapshot froze; on a cold boot nothing is frozen yet."""
    _session.wake()
    random = sys.modules.get("random")
    if random is not None:
        random.seed()


def lock_down() -> str:
    """Unlink every way from Python to JavaScript; return what is still reachable, a line each."""
    _let_go_of_proxies()
    for name in list(sys.modules):
        if name.partition(".")[0] in _UNLINKED:
            del sys.modules[name]
    # With None an import fails with a clear message. This is not a security boundary: the import gate is.
    sys.modules.update(dict.fromkeys(_UNLINKED))  # type: ignore[arg-type]
    sys.meta_path[:] = [finder for finder in sys.meta_path if not hasattr(finder, "jsproxies")]
    _neutral_surroundings()
    return "\n".join(_reachable())


def _let_go_of_proxies() -> None:
    """Drop the JavaScript objects that Pyodide's own modules and import hook hold.

    A script that looks through the collector's objects would find them. Now, because the gate no longer
    admits what letting go of one calls.
    """
    modules = [
        sys.modules[name] for name in list(sys.modules) if name.partition(".")[0] in _UNLINKED
    ]
    for finder in sys.meta_path:
        modules += getattr(finder, "jsproxies", {}).values()
    for module in modules:
        if _is_proxy(module):
            loader = getattr(module, "__loader__", None)
            if hasattr(loader, "jsproxy"):
                loader.jsproxy = None
            continue
        for name, value in list(vars(module).items()):
            if _is_proxy(value):
                setattr(module, name, None)
    for finder in sys.meta_path:
        if hasattr(finder, "jsproxies"):
            finder.jsproxies.clear()


def _is_proxy(value: object) -> bool:
    """Whether *value* is a JavaScript object; the bridge makes a type for each kind of them."""
    kind = type(value)
    return (kind.__module__, kind.__name__) == ("pyodide.ffi", "JsProxy")


def _neutral_surroundings() -> None:
    os.environ.clear()
    os.environ.update(HOME="/", LANG="C.UTF-8", TZ="UTC")
    os.chdir("/")
    sys.path[:] = [entry for entry in sys.path if entry.endswith(".zip") or "lib-dynload" in entry]
    sys.argv[:] = [""]


def _reachable() -> list[str]:
    found = []
    for name in _UNLINKED:
        try:
            __import__(name)
        except ImportError:
            continue
        found.append(f"import {name}")
    if any(hasattr(finder, "jsproxies") for finder in sys.meta_path):
        found.append("sys.meta_path")
    return found
