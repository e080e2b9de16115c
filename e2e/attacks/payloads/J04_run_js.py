# Evaluate JavaScript with Pyodide's own function.
# holds: an error, and the next macro runs
# browser: capability
# wasi: capability
def render(context):
    from pyodide.code import run_js

    return {"text": "breach: " + str(run_js("1 + 1"))}
