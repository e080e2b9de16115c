# Overwrite the interpreter's memory through `pyodide_js`.
# holds: the import is denied
# browser: capability
# wasi: capability
def render(context):
    import pyodide_js

    pyodide_js._module.HEAP8.fill(0)
    return {"text": "breach: the heap was overwritten"}
