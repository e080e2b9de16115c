"""The built-in modules of the WASI guest that test the interpreter, and write to any of its memory, are refused."""

from __future__ import annotations

from pybridge.engines import open_engine
from pybridge.engines.limits import Limits
from pybridge.engines.protocol import Script

SOURCE = """
import _imp, importlib.machinery, sys

TESTING = ("_test", "_xxtest", "xx", "_interp")


class Other(str):
    def __str__(self):
        return "math"

    def __eq__(self, other):
        return False

    __hash__ = str.__hash__


class Changing:
    def __init__(self, name):
        self.names = [name, "math", name]

    @property
    def name(self):
        return self.names.pop()


def attempts(name):
    spec, builtin = importlib.machinery.ModuleSpec, importlib.machinery.BuiltinImporter
    yield lambda: __import__(name)
    yield lambda: (sys.modules.pop(name, None), __import__(name))
    yield lambda: builtin.load_module(name)
    yield lambda: _imp.create_builtin(spec(name, builtin))
    yield lambda: _imp.create_builtin(spec(Other(name), builtin))
    yield lambda: _imp.create_builtin(Changing(name))


def render(context):
    names = [name for name in sys.builtin_module_names if name.startswith(TESTING)]
    found = []
    for name in names:
        for attempt in attempts(name):
            try:
                made = attempt()
            except ImportError:
                continue
            if getattr(made, "__name__", name) != "math":
                found.append(name)
    sys.modules.pop("math", None)
    import math
    return {"data": {"found": found, "names": len(names), "root": math.sqrt(4)}, "text": ""}
"""


def test_no_import_reaches_them_and_others_are_as_they_were() -> None:
    call = {"abi": 1, "macro": {"name": "tries"}, "params": {}, "env": {"isPreview": False}}
    with open_engine("wasi", limits=Limits(item_s=20, memory_mib=128)) as engine:
        engine.load([Script("scripts/tries.py", SOURCE)])
        [outcome] = engine.render_calls([call])
    data = outcome["result"]["data"]
    assert data["names"] > 3
    assert (data["found"], data["root"]) == ([], 2)
