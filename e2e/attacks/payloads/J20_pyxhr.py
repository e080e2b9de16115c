# Ask for a page with Pyodide's own helpers.
# holds: no request
# browser: exception
# wasi: capability
import sys


def render(context):
    for name in ("pyodide", "_pyodide", "_pyodide_core"):
        sys.modules.pop(name, None)
    from pyodide.http import pyxhr

    return {"text": "breach: " + str(pyxhr.get(context["params"]["server"] + "/secret"))}
