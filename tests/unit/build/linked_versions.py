"""Print as JSON which libraries are linked into this Python, with the versions that they state."""

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

STATED: dict[str, tuple[str, Callable[[Any], str]]] = {
    "bzip2": ("_bz2", lambda module: ""),
    "expat": ("pyexpat", lambda module: module.EXPAT_VERSION.removeprefix("expat_")),
    "libffi": ("_ctypes", lambda module: ""),
    "libmpdec": ("_decimal", lambda module: module.__libmpdec_version__),
    "sqlite": ("_sqlite3", lambda module: module.sqlite_version),
    "xz": ("_lzma", lambda module: ""),
    "zlib": ("zlib", lambda module: module.ZLIB_RUNTIME_VERSION),
    "zstd": ("_zstd", lambda module: module.zstd_version),
}

found = {"cpython": ".".join(map(str, sys.version_info[:3]))}
for name, (module, version) in STATED.items():
    try:
        found[name] = version(importlib.import_module(module))
    except ModuleNotFoundError:
        continue
if sys.platform == "emscripten":
    found["emscripten"] = ".".join(map(str, sys._emscripten_info.emscripten_version))
sys.stdout.write(json.dumps(found) + "\n")
