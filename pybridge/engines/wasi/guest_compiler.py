"""Runs in a WASI guest, as text: reads sources as JSON, writes their compiled modules as JSON."""

from __future__ import annotations

import _imp
import importlib.util
import json
import marshal
import sys


def compile_all(sources: dict[str, str]) -> dict[str, str]:
    """Return the `.pyc` files, in hex, by their path in the archive.

    They are of the kind that is never compared to a source: there is none beside them.
    """
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little")
    modules: dict[str, str] = {}
    for name, text in sources.items():
        code = compile(text, f"/engine/engine.zip/{name}", "exec", dont_inherit=True)
        source_hash = _imp.source_hash(int.from_bytes(importlib.util.MAGIC_NUMBER, "little"), b"")
        modules[name + "c"] = (head + source_hash + marshal.dumps(code)).hex()
    return modules


if __name__ == "__main__":
    json.dump(compile_all(json.load(sys.stdin)), sys.stdout)
