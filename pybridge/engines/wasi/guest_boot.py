"""Starts the macro engine in a WASI guest, as text: from the one file with the code of all its modules.

An archive costs more: `zipimport` reads and unmarshals each module twice. And the patterns that the modules compile
when they are imported come compiled: `re` takes a third of the whole start for them.
"""

from __future__ import annotations

import marshal
import sys
from _frozen_importlib import ModuleSpec  # importlib.machinery has it, too, but takes longer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

IMAGE = "/engine/engine.bin"


class EngineModules:
    """The finder and loader of the engine's modules, by name: whether it is a package, and its code."""

    def __init__(self, codes: dict[str, tuple[bool, CodeType]]) -> None:
        self._codes = codes

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        """Return the spec of a module of the engine."""
        if name not in self._codes:
            return None
        loader: Any = self
        return ModuleSpec(name, loader, is_package=self._codes[name][0])

    def create_module(self, spec: Any) -> None:
        """Leave that to the importer."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        exec(self._codes[module.__name__][1], module.__dict__)


def keep_patterns(patterns: list[tuple[Any, ...]]) -> None:
    """Put compiled patterns where `re` looks for them, as it does itself with what it compiles."""
    import _sre  # type: ignore[import-not-found]
    import re

    caches = [vars(re)[name] for name in ("_cache", "_cache2") if name in vars(re)]
    for pattern, flags, compiled in patterns:
        made = _sre.compile(pattern, *compiled)  # what re._compiler calls at its end
        for cache in caches:
            cache[type(pattern), pattern, flags] = made


def start(image: str = IMAGE) -> ModuleType:
    """Import the engine; nothing can be imported from the image any more afterwards."""
    with open(image, "rb") as file:  # noqa: PTH123 – pathlib is not loaded
        codes, patterns = marshal.loads(file.read())
    finder: Any = EngineModules(codes)
    sys.meta_path.insert(0, finder)
    keep_patterns(patterns)
    import wasi_guest  # type: ignore[import-not-found] # guest.py under its name in the guest

    for name in codes:
        __import__(name)
    sys.meta_path.remove(finder)
    return wasi_guest  # type: ignore[no-any-return]


if __name__ == "__main__":
    start().main()
