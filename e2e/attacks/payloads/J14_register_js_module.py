# Register a JavaScript module of one's own.
# holds: useless or denied
# browser: exception
# wasi: capability
import sys


def render(context):
    for name in ("pyodide", "pyodide.ffi", "_pyodide", "_pyodide_core"):
        sys.modules.pop(name, None)
    from pyodide.ffi import register_js_module

    register_js_module("mine", {"x": 1})
    import mine

    return {"text": "breach: " + repr(mine.constructor.constructor("return 1")())}
