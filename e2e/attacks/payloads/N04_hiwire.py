# Call the bridge's own C functions for the global scope.
# holds: the scope is not had
# browser: capability
# wasi: capability
import ctypes


def render(context):
    library = ctypes.CDLL(None)
    for name in (
        "hiwire_get",
        "Jsv_globalThis",
        "JsvFunction_CallBound",
        "pyodide_js_init",
        "run_js",
    ):
        try:
            got = getattr(library, name)(1)
        except (AttributeError, OSError, ctypes.ArgumentError):
            continue
        if got:
            return {"text": f"breach: {name} {got}"}
    return {"text": "held"}
