# Make Pyodide's packages importable again, and evaluate.
# holds: no JavaScript is evaluated
# browser: capability
# wasi: capability
import sys


def render(context):
    for name in [
        name for name in sys.modules if name.partition(".")[0].strip("_").startswith("pyodide")
    ]:
        del sys.modules[name]
    from pyodide.code import run_js

    return {"text": "breach: " + str(run_js("1 + 1"))}
