# Import every built-in module, and look for handles of JavaScript in them.
# holds: no module leads to JavaScript
# browser: held capability timeout crash exception
# wasi: held capability timeout crash
import sys


def render(context):
    found = []
    for name in sorted({*sys.builtin_module_names, "pyodide", "pyodide.ffi", "_pyodide", "_pyodide_core", "pyodide_js", "js"}):
        try:
            module = __import__(name)
        except BaseException:
            continue
        for member in list(vars(module)):
            try:
                kind = type(getattr(module, member)).__name__
            except BaseException:
                continue
            if kind in ("JsProxy", "JsCallable", "JsMap", "JsBuffer"):
                found.append(f"{name}.{member}")
    return {"text": f"breach: {found}" if found else "held"}
