"""Hints for common mistakes in scripts."""

from __future__ import annotations

import builtins
import errno
import sys

from pybridge.macros.guard.blocked import FunctionBlocked
from pybridge.macros.scripts.packages import PackageNotAllowed
from pybridge.macros.values.problems import closest, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType
    from typing import Any

    Context = Mapping[str, Any] | None

_DENIED = frozenset((
    "js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "micropip", "pyxhr",
    "pyodide_http", "requests", "urllib3", "httpx", "aiohttp", "pip", "ctypes", "_ctypes",
    "cffi", "socket", "_socket", "ssl", "_ssl", "subprocess", "_posixsubprocess",
    "multiprocessing", "_multiprocessing", "mmap", "fcntl", "pty", "tty", "termios", "resource",
    "grp", "pwd", "webbrowser", "tkinter", "_tkinter", "curses", "_curses", "readline",
    "sqlite3", "_sqlite3", "dbm",
))  # fmt: skip
DENIED_MODULES = _DENIED
"""Modules that no sandbox has; importing one is refused."""
_OURS = frozenset(("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core"))
_NO_NETWORK = (
    "a macro has no network, files, processes or threads: what it needs comes in context['data']"
)

_NO_PACKAGE = (
    "only Python's standard library and the project's packages are there: "
    "`pybridge packages add NAME` asks for one"
)
_CIRCLE = "helpers import each other in a circle: move what both need into a third one"

_IS_SANDBOX = sys.platform in ("emscripten", "wasi")
_REFUSALS = frozenset((
    errno.EROFS, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.EACCES,
    errno.ENOENT,
))  # fmt: skip
"""Errors of system calls that the sandbox does not support: it has no files except Python's own."""
_ABSENT = frozenset((
    "system", "fork", "forkpty", "kill", "killpg", "pipe", "pipe2", "execv", "execve", "wait",
    "waitpid", "posix_spawn", "posix_spawnp", "dup", "dup2", "chmod", "chown", "umask", "openpty",
))  # fmt: skip
"""Functions of `os` that are missing in a Python without processes."""


def is_capability(error: BaseException) -> bool:
    """Whether *error* is an operation that the sandbox denies: a module, file, socket, process or thread."""
    if isinstance(error, FunctionBlocked):
        return True
    if isinstance(error, ImportError):
        return _is_denied(error.name)
    if not _IS_SANDBOX:
        return False
    if isinstance(error, OSError):
        return _is_refused(error)
    if isinstance(error, AttributeError):
        return _is_absent(error)
    return isinstance(error, RuntimeError) and "can't start new thread" in str(error)


def _is_absent(error: AttributeError) -> bool:
    """Whether a module lacks a function that the system does not support."""
    if type(error.obj) is not type(sys):
        return False
    module = vars(error.obj).get("__name__")
    return module in ("_socket", "socket") or (module == "os" and error.name in _ABSENT)


def _is_refused(error: OSError) -> bool:
    reason = getattr(error, "reason", None)  # urllib wraps the socket's error
    cause = reason if isinstance(reason, OSError) else error
    return cause.errno in _REFUSALS or type(cause).__name__ == "gaierror"


def _is_denied(module: object) -> bool:
    if not isinstance(module, str):
        return False
    root = module.partition(".")[0]
    return root in _DENIED or root in sys.stdlib_module_names


def hint_for(
    error: BaseException, context: Context, innermost: FrameType | None, line: str
) -> str | None:
    """Return a hint, None where nothing is obvious; *line* is the failing one.

    Looks at objects of the script, so it may raise anything.
    """
    if isinstance(error, FunctionBlocked):
        return "a script cannot reach other scripts: use the data in its context"
    if isinstance(error, KeyError):
        return _missing_key(error, context, line)
    if isinstance(error, NameError):
        return _unknown_name(error, innermost)
    if isinstance(error, AttributeError):
        return _NO_NETWORK if is_capability(error) else _unknown_attribute(error)
    if isinstance(error, ImportError):
        return _missing_module(error)
    if isinstance(error, TypeError):
        return _none_used(error, context, line)
    if is_capability(error):
        return _NO_NETWORK
    if isinstance(error, RecursionError):
        return "a function calls itself without end"
    if isinstance(error, SystemExit):
        return 'a macro returns its result: {"html": "…"}'
    return None


def _missing_key(error: KeyError, context: Context, line: str) -> str | None:
    key = error.args[0] if error.args else None
    if not isinstance(key, str) or context is None:
        return None
    params = context.get("params")
    is_literal = f"{key!r}" in line or f'"{key}"' in line
    if is_literal and "params" in line and isinstance(params, dict) and key not in params:
        given = closest(key, params)
        return f"did you mean {given!r}?" if given else f"the call passes no param {key!r}"
    return did_you_mean(key, _keys_of(context))


def _keys_of(context: Mapping[str, Any]) -> Iterator[str]:
    yield from context
    for part in ("params", "env", "post", "data", "macro"):
        if isinstance(context.get(part), dict):
            yield from context[part]


def _unknown_name(error: NameError, innermost: FrameType | None) -> str | None:
    name = error.name
    if not isinstance(name, str):
        return None
    if name in sys.stdlib_module_names:
        return f"write `import {name}` at the top of the script"
    own = [] if innermost is None else [*innermost.f_locals, *innermost.f_globals]
    public = [each for each in own if not each.startswith("_")]
    return did_you_mean(name, public) or did_you_mean(name, vars(builtins))


def _unknown_attribute(error: AttributeError) -> str | None:
    owner, name = error.obj, error.name
    if not isinstance(name, str):
        return None
    if _is_circle(error):
        return _CIRCLE
    if owner is None:
        return "it is None here: check for that first"
    if isinstance(owner, dict) and name in owner:
        return f"a dict has items, not attributes: write [{name!r}]"
    is_known = type(owner).__module__ == "builtins" or isinstance(owner, type(sys))
    return did_you_mean(name, dir(owner)) if is_known else None


def _is_circle(error: BaseException) -> bool:
    return "partially initialized module" in str(error)


def _missing_module(error: ImportError) -> str | None:
    root = (error.name or "").partition(".")[0]
    if isinstance(error, PackageNotAllowed):
        return f"ask for it: `pybridge packages add {error.package}`, with --domain or without"
    if root in _OURS:
        return "a macro cannot reach the page: it gets everything in its context"
    if is_capability(error):
        return _NO_NETWORK
    if _is_circle(error):
        return _CIRCLE
    if isinstance(error, ModuleNotFoundError) and root.startswith("_"):
        return f"a helper module is a file {root}.py in the project's scripts/"
    if isinstance(error, ModuleNotFoundError):
        meant = did_you_mean(root, sys.stdlib_module_names)
        return meant or _NO_PACKAGE
    return None


def _none_used(error: TypeError, context: Context, line: str) -> str | None:
    if "NoneType" not in str(error) or context is None:
        return None
    for part in ("post", "body"):
        if part in line and context.get(part) is None:
            return f"the call has no {part}: context[{part!r}] is None"
    return None
