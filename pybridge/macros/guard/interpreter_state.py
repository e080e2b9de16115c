"""Interpreter state that scripts may change: it is restored after each slice.

Such as the working folder, the environment, the search path, warning filters, the decimal context.
"""

from __future__ import annotations

import gc
import os
import sys
import time

from pybridge.macros.scripts.helpers import Helpers
from pybridge.macros.scripts.packages import Packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Read = Callable[[], Any]
    Write = Callable[[Any], object]

_environ: Any = os.environ  # a script may put something else there
_FINDERS = (Helpers, Packages)
"""The engine's own."""
_EXPONENT = 999999
_FIELDS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")
_FRESH_DECIMAL = (28, "ROUND_HALF_EVEN", -_EXPONENT, _EXPONENT, 1, 0)
_DIALECT = ("delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict")  # fmt: skip
_FRESH_CSV = (131072, {
    "excel": [",", True, None, "\r\n", '"', 0, False, False],
    "excel-tab": ["\t", True, None, "\r\n", '"', 0, False, False],
    "unix": [",", True, None, "\n", '"', 1, False, False],
})  # fmt: skip
_TRAPPED = ("InvalidOperation", "DivisionByZero", "Overflow")


class State:
    """The state before a slice, compared with the state after it."""

    __slots__ = ("_before", "_cells")

    def __init__(self) -> None:
        self._cells = _cells()
        self._before: list[Any] = []

    def note(self) -> None:
        """Record the current state."""
        self._before = [read() for _, read, _ in self._cells]

    def put_back(self) -> tuple[list[str], list[str]]:
        """Restore the state; return the names of the parts that had changed, and of those that cannot be restored."""
        changed, stuck = [], []
        for (name, read, write), before in zip(self._cells, self._before, strict=True):
            try:
                if read() == before:
                    continue
            except Exception:  # it was made unreadable
                pass
            changed.append(name)
            try:
                write(before)
            except Exception:  # such as a working folder that was deleted
                stuck.append(name)
        return changed, stuck


def _cells() -> list[tuple[str, Read, Write]]:
    cells: list[tuple[str, Read, Write]] = [
        ("the environment", _environment, _set_environment),
        ("the time zone", _time_zone, _set_time_zone),
        ("the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
        ("the longest number in a text", _digits, _set_digits),
        ("the switch interval", sys.getswitchinterval, sys.setswitchinterval),
        ("the hooks of asynchronous generators", sys.get_asyncgen_hooks, _set_asyncgen_hooks),
        ("the garbage collector", _collector, _set_collector),
        ("the decimal context", _decimal, _set_decimal),
        ("the dialects of csv", _dialects, _set_dialects),
        ("the working folder", _folder, _set_folder),
        ("warnings.filters", *_list_of("warnings", "filters", _filters_changed)),
    ]
    cells += [
        (f"sys.{name}", *_list_of("sys", name))
        for name in ("path", "meta_path", "path_hooks", "argv")
    ]
    try:
        import _locale
    except ImportError:
        return cells
    get = _locale.setlocale
    cells.append(
        ("the locale", lambda: get(_locale.LC_ALL, None), lambda old: get(_locale.LC_ALL, old))
    )
    return cells


def _list_of(module: str, name: str, then: Callable[[], None] | None = None) -> tuple[Read, Write]:
    """Return how to read and write a list that a module holds, compared by its identity and its members."""
    space = vars(sys.modules[module]) if module in sys.modules else {}
    keep: Any = space.get(name)

    def read() -> Any:
        found = space.get(name)
        if type(found) is not list:
            return None
        kept = [each for each in found if type(each) not in _FINDERS]
        return id(found), [*map(id, kept)], kept

    def write(before: Any) -> None:
        if before is None:
            return
        ours = [each for each in keep if type(each) in _FINDERS]
        keep[:] = [*before[2], *ours]
        space[name] = keep
        if then is not None:
            then()

    def read_kept() -> Any:
        nonlocal keep
        found = read()
        if keep is None and found:
            keep = space[name]
        return found

    return read_kept, write


def _filters_changed() -> None:
    """Have the interpreter read the filters again: the end of this block marks them as changed."""
    import warnings

    with warnings.catch_warnings():
        pass


def _environment() -> Any:
    return dict(_environ._data)  # decoding all of it takes ten times as long


def _set_environment(before: Any) -> None:
    data = _environ._data
    for key in [*data]:
        if key not in before:
            del _environ[_environ.decodekey(key)]
    for key, value in before.items():
        if data.get(key) != value:
            _environ[_environ.decodekey(key)] = _environ.decodevalue(value)


def _time_zone() -> Any:
    return time.timezone, time.altzone, time.daylight, time.tzname


def _set_time_zone(before: Any) -> None:
    if hasattr(time, "tzset"):
        time.tzset()
    if _time_zone() != before:
        time.timezone, time.altzone, time.daylight, time.tzname = before


def _digits() -> int:
    return sys.get_int_max_str_digits()


def _set_digits(before: int) -> None:
    sys.set_int_max_str_digits(before)


def _set_asyncgen_hooks(before: Any) -> None:
    sys.set_asyncgen_hooks(*before)


def _collector() -> Any:
    held = gc.get_freeze_count()
    return gc.isenabled(), gc.get_threshold(), gc.get_debug(), held, [*gc.callbacks]


def _set_collector(before: Any) -> None:
    enabled, threshold, debug, held, callbacks = before
    (gc.enable if enabled else gc.disable)()
    gc.set_threshold(*threshold)
    gc.set_debug(debug)
    gc.callbacks[:] = callbacks
    if gc.get_freeze_count() != held:
        gc.unfreeze()


def _folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 – pathlib is not imported in a sandbox
    except OSError:
        return None


def _set_folder(before: str | None) -> None:
    if before is not None:
        os.chdir(before)


def _dialects() -> Any:
    """Return the longest field and the dialects of csv; None where it was not imported or is fresh."""
    csv: Any = sys.modules.get("_csv")
    if csv is None:
        return None
    found = {name: csv.get_dialect(name) for name in csv.list_dialects()}
    said = {name: [getattr(each, field) for field in _DIALECT] for name, each in found.items()}
    now = (csv.field_size_limit(), said)
    return None if now == _FRESH_CSV else now


def _set_dialects(before: Any) -> None:
    csv: Any = sys.modules["_csv"]
    longest, dialects = before or _FRESH_CSV
    csv.field_size_limit(longest)
    for name in csv.list_dialects():
        csv.unregister_dialect(name)
    for name, values in dialects.items():
        csv.register_dialect(name, **dict(zip(_DIALECT, values, strict=True)))


def _decimal() -> Any:
    """Return the fields of the decimal contexts; None where the module was not imported or is fresh."""
    decimal = sys.modules.get("decimal")
    if decimal is None:
        return None
    now = [_context(each, decimal) for each in (decimal.getcontext(), decimal.DefaultContext)]
    fresh = (*_FRESH_DECIMAL, *_TRAPPED)
    return None if now == [fresh, fresh] else now


def _context(context: Any, decimal: Any) -> tuple[Any, ...]:
    trapped = [kind.__name__ for kind, is_set in context.traps.items() if is_set]
    ordered = trapped if len(trapped) != len(_TRAPPED) else sorted(trapped, key=_rank)
    return (*[getattr(context, name) for name in _FIELDS], *ordered)


def _rank(name: str) -> int:
    return _TRAPPED.index(name) if name in _TRAPPED else len(_TRAPPED)


def _set_decimal(before: Any) -> None:
    decimal: Any = sys.modules["decimal"]
    fresh = (*_FRESH_DECIMAL, *_TRAPPED)
    current, default = before or (fresh, fresh)
    decimal.setcontext(_made(decimal, current))
    made = _made(decimal, default)
    for name in _FIELDS:
        setattr(decimal.DefaultContext, name, getattr(made, name))
    for kind in decimal.DefaultContext.traps:
        decimal.DefaultContext.traps[kind] = made.traps[kind]


def _made(decimal: Any, said: Any) -> Any:
    traps = [getattr(decimal, name) for name in said[len(_FIELDS) :]]
    return decimal.Context(*said[: len(_FIELDS)], [], traps)
