"""The macro engine as a component: runs once when it is built, and every instance begins where that ended."""

import gc
import importlib

import stdlib_in_memory
import wasi_guest
import wit_world
from pybridge.macros.values import json_text
from pybridge.macros.wire import Session

_STDLIB = "/python"
"""Where the build sees the standard library."""

_COMMON = (
    "base64", "calendar", "collections", "collections.abc", "colorsys", "contextlib", "copy", "csv", "dataclasses",
    "datetime", "decimal", "difflib", "encodings.ascii", "encodings.idna", "encodings.latin_1", "encodings.utf_8", "enum",
    "fractions", "functools", "hashlib", "html", "html.entities", "html.parser", "io", "itertools", "json", "math",
    "operator", "random", "re", "secrets", "statistics", "string", "textwrap", "threading", "time", "traceback", "typing",
    "unicodedata", "urllib.parse", "uuid", "zlib",
)  # fmt: skip
"""What macros commonly import: a first import costs an instance some milliseconds.

Not `_strptime`: the guard empties its cache after each slice, and would then compare everything one by one.
"""

_SCRIPT = """import re
from html import escape
def render(context):
    return {'html': '<b>' + escape(str(context.get('params'))) + '</b>'}
"""
_TIMES = 60
"""Calls after which Python has specialised the code that every call runs through."""


def _emit(stream: str, text: str) -> None:
    wit_world.print(stream == "stderr", text)


def _rehearsed() -> None:
    """Render a script as a host would, so that what every call needs is in the snapshot."""
    session = Session(_emit, isolates=True)
    path = "scripts/rehearsal.py"
    source = {"path": path, "content": _SCRIPT, "origin": "project"}
    env = {"isPreview": False}
    calls = [{"abi": 1, "macro": {"name": "rehearsal"}, "params": {"a": n}, "env": env} for n in range(_TIMES)]
    documents = [{"text": f"# A\n\n[[rehearsal a={n}]]\n"} for n in range(_TIMES)]
    for alone in (False, True):
        for message in (
            {"kind": "load", "scripts": [{**source, "alone": True} if alone else source]},
            {"kind": "render", "sliceMs": 0, "calls": calls},
            {"kind": "documents", "sliceMs": 0, "shared": {"env": env}, "documents": documents},
        ):
            answer = session.handle(json_text.write({"id": 1, **message}))
            while answer[0] == "+":
                answer = session.step()
            if '"error"' in answer or '"refused"' in answer:
                raise RuntimeError(answer)
    session.handle(json_text.write({"id": 1, "kind": "load", "scripts": [], "unload": [path]}))


for _name in _COMMON:
    importlib.import_module(_name)
stdlib_in_memory.collect(_STDLIB)
stdlib_in_memory.seal()
wasi_guest.refuse_test_modules()
_rehearsed()
_session = Session(_emit, isolates=True)
_session.prepare()
gc.collect()  # without `gc.freeze`: the number of frozen objects changes, and the guard takes that for a script's doing


_is_new = True


class WitWorld(wit_world.WitWorld):
    """What the component exports."""

    def handle(self, message: str) -> str:
        global _is_new
        if _is_new:  # the host's environment is read again when an instance is first called
            _is_new = False
            wasi_guest.reset_environment()
        return _session.handle(message)

    def step(self) -> str:
        return _session.step()
