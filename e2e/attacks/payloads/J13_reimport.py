# Forget that `js` was denied, and import it again.
# holds: denied
# browser: capability
# wasi: capability
import sys


def render(context):
    for name in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core"):
        sys.modules.pop(name, None)
    import js

    return {"text": "breach: " + repr(js)}
