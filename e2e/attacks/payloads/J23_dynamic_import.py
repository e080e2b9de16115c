# Import a module of one's own making.
# holds: denied
# browser: capability
# wasi: capability
import sys


def render(context):
    for name in ("pyodide", "_pyodide", "_pyodide_core"):
        sys.modules.pop(name, None)
    from pyodide.code import run_js

    run_js(
        "import(URL.createObjectURL(new Blob(['globalThis.pwned = 1'], {type: 'text/javascript'})))"
    )
    return {"text": "breach: imported"}
