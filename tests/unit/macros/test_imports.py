from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROBE = """
import sys
before = set(sys.modules)
import pybridge.macros.wire
import json
print(json.dumps(sorted(set(sys.modules) - before)))
"""
SLOW = {"dataclasses", "inspect", "typing", "traceback", "asyncio", "logging", "uuid", "linecache"}
"""Modules whose import takes longer than the whole engine's, in WebAssembly above all."""


def test_engine_starts_with_little_of_the_standard_library() -> None:
    root = str(Path(__file__).parents[3])
    probe = f"import sys; sys.path.insert(0, {root!r})\n{PROBE}"
    command = [sys.executable, "-I", "-S", "-c", probe]
    loaded = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    roots = {name.partition(".")[0] for name in loaded}
    assert roots - {"pybridge"} <= sys.stdlib_module_names
    assert {name for name in loaded if name.startswith("pybridge") and ".macros" not in name} <= {
        "pybridge"
    }
    assert not roots & SLOW
