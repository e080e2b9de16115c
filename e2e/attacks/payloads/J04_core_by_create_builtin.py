# Make the native half of the bridge anew, past `sys.modules`.
# holds: nothing it offers reaches JavaScript
# browser: held
# wasi: held
import _imp
import importlib.machinery
import sys


def render(context):
    for name in ("_pyodide_core", "_pyodide_core_docs", "pyodide_core"):
        sys.modules.pop(name, None)
        spec = importlib.machinery.ModuleSpec(name, importlib.machinery.BuiltinImporter)
        try:
            module = _imp.create_builtin(spec)
            if module is None:
                continue
            _imp.exec_builtin(module)
        except ImportError:
            continue
        if hasattr(module, "run_js"):
            return {"text": "breach: " + str(module.run_js("1 + 1"))}
        if hasattr(module, "JsProxy"):
            return {"text": "breach: " + repr(module.JsProxy().constructor)}
    return {"text": "held"}
