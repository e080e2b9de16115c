# Replace the interpreter's settings and its standard output.
# holds: the import is denied
# browser: capability
# wasi: capability
def render(context):
    import pyodide_js

    pyodide_js._api.config.stdout = print
    pyodide_js.setStdout(print)
    return {"text": "breach: settings were replaced"}
