"""Runs in a WASI guest, as text: reads sources as JSON, writes the image that `guest_boot` starts from, in hex."""

from __future__ import annotations

import json
import marshal
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

FOLDER = "/engine/"
"""Where the modules seem to be, in tracebacks."""


def compile_all(sources: dict[str, str]) -> dict[str, tuple[bool, CodeType]]:
    """Return by name, for each module, whether it is a package, and its code."""
    modules = {}
    for path, text in sources.items():
        parts = path.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        modules[name] = (is_package, compile(text, FOLDER + path, "exec", dont_inherit=True))
    return modules


def compiled_patterns(
    modules: dict[str, tuple[bool, CodeType]], boot: str
) -> list[tuple[Any, ...]]:
    """Import the modules; return the patterns that are compiled then, with the arguments that make each of them.

    Args:
        modules: As `compile_all` returns them.
        boot: The text of `guest_boot.py`.
    """
    space: dict[str, Any] = {"__name__": "guest_boot"}
    exec(boot, space)
    made: dict[int, tuple[Any, ...]] = {}
    compiler: Any = vars(re)["_compiler"]
    compile_code = compiler._sre.compile

    def record(pattern: Any, *arguments: Any) -> Any:
        flags, code, groups, index, names = arguments
        result = compile_code(pattern, *arguments)
        plain = [int(step) for step in code]  # some are ints with a name, which marshal refuses
        made[id(result)] = (int(flags), plain, groups, dict(index), names)
        return result

    re.purge()
    compiler._sre.compile = record
    sys.meta_path.insert(0, space["EngineModules"](modules))
    for name in modules:
        __import__(name)
    cache: dict[tuple[Any, Any, int], re.Pattern[Any]] = vars(re)["_cache"]
    return [
        (pattern, int(flags), made[id(cache[key])]) for key in cache for _, pattern, flags in [key]
    ]


if __name__ == "__main__":
    read = json.load(sys.stdin)
    found = compile_all(read["sources"])
    sys.stdout.write(marshal.dumps((found, compiled_patterns(found, read["boot"]))).hex())
