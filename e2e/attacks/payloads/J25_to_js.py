# Turn a Python object into a JavaScript one.
# holds: denied, or the worker is replaced
# browser: held
# wasi: capability
import sys


def render(context):
    for name in ("pyodide", "_pyodide", "_pyodide_core"):
        sys.modules.pop(name, None)
    from pyodide.ffi import create_proxy, to_js

    made = to_js({"x": create_proxy(print)})
    # Outside of a browser these are stand-ins that give back what they got.
    return {"text": "held" if type(made) is dict else "breach: " + repr(made)}
