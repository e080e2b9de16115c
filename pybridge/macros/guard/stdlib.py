"""Names of the standard library that the guard treats specially.

Checked on CPython 3.11 (native engine), 3.12 (WASI) and 3.14 (Pyodide). On another version, run
`pytest tests/unit/engines/test_contamination.py`: its harmless scripts use most of the library.
"""

from __future__ import annotations

import sys

_UNWATCHED = frozenset((
    "ast", "dis", "errno", "importlib", "inspect", "ipaddress", "keyword", "numbers", "opcode",
    "posix", "nt", "sre_compile", "sre_constants", "sre_parse", "stat", "token", "tokenize",
    "zipimport", "traceback", "encodings", "test", "idlelib", "pip", "unittest", "doctest", "pdb",
    "asyncio", "logging", "email", "http", "xml", "ctypes", "multiprocessing", "concurrent",
))  # fmt: skip
"""Modules that do not affect the output of macros, or that change whenever they are used."""
_PRIVATE = frozenset(("_collections_abc", "_datetime", "_pydatetime", "_pydecimal", "_strptime"))
"""The modules with a leading underscore that are watched; the public ones cover the rest."""
_PSEUDO = frozenset(("typing.io", "typing.re"))
"""Entries of `sys.modules` that are classes: CPython 3.11 and 3.12 have them."""

FREE_MEMBERS = {
    "sys": frozenset((
        "stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__", "last_exc", "last_type",
        "last_value", "last_traceback", "ps1", "ps2", "path", "meta_path", "path_hooks", "argv",
    )),
    "time": frozenset(("timezone", "altzone", "daylight", "tzname")),
    "warnings": frozenset(("filters", "_filters_version")),
    "string.Template": frozenset(("flags", "pattern")),
    "builtins": frozenset(("_",)),
}  # fmt: skip
"""Members, by module or class, that may change: `interpreter_state` restores them, or they do no harm."""
CACHED_MEMBERS = frozenset((
    "__annotations__", "__annotations_cache__", "__annotate_func__", "__annotate__", "__parameters__",
    "__doc__", "_abc_impl", "__protocol_attrs__", "__non_callable_proto_members__", "__warningregistry__",
))  # fmt: skip
"""Members that Python itself sets on first use (3.14: `__annotate__` and its cache)."""
STRICT_MODULES = frozenset(("builtins", "sys"))
"""Modules of which any change counts, but for `FREE_MEMBERS`; so do those of the engine."""

_INSPECTED = frozenset((
    "json", "re", "html", "random", "string", "textwrap", "functools", "copy", "datetime",
    "dataclasses", "urllib", "pybridge",
))  # fmt: skip
"""Packages of which the code and the defaults of each function are compared too."""
TABLES = (
    ("json.encoder", "ESCAPE_DCT"), ("json.decoder", "BACKSLASH"), ("urllib.parse", "uses_netloc"),
    ("urllib.parse", "uses_relative"), ("html", "_invalid_charrefs"),
    ("json", "_default_encoder"), ("json", "_default_decoder"), ("calendar", "c"),
)  # fmt: skip
"""Dicts, and instances with one, that the output of a function depends on: their members are compared."""
LARGE_TABLES = (("html.entities", "html5"),)
"""Dicts that are too large to compare at each slice: only their number of members is."""


def is_watched(name: str) -> bool:
    """Whether the module *name* belongs to the baseline."""
    if name in _PRIVATE:
        return True
    root = name.partition(".")[0]
    if root == "pybridge":
        return name.startswith("pybridge.macros.")
    known = root in sys.stdlib_module_names and root not in _UNWATCHED
    return known and not name.startswith("_") and name not in _PSEUDO


def is_strict(module: str) -> bool:
    """Whether any change of a member of *module* counts."""
    return module in STRICT_MODULES or module.startswith("pybridge.")


def is_inspected(name: str) -> bool:
    """Whether the functions in the module or class *name* are compared by code and defaults."""
    return name.partition(".")[0] in _INSPECTED
