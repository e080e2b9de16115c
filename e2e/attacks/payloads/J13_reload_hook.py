# Load the import hook's module anew and install it.
# holds: it has nothing to serve
# browser: capability
# wasi: capability
import importlib
import sys


def render(context):
    for name in [
        name for name in sys.modules if name.partition(".")[0] in ("_pyodide", "pyodide", "js")
    ]:
        del sys.modules[name]
    hook = importlib.import_module("_pyodide._importhook")
    hook.register_js_finder()
    module = importlib.import_module("js")
    return {"text": "breach: " + repr(module.fetch)}
