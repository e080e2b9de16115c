# Load native code.
# holds: there is nothing to load
# browser: held
# wasi: held
import importlib.machinery
import sys


def render(context):
    for path in ("libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6", "/lib/lib-dynload/_evil.so", ""):
        try:
            loader = importlib.machinery.ExtensionFileLoader("evil", path)
            spec = importlib.machinery.ModuleSpec("evil", loader, origin=path)
            module = loader.create_module(spec)
        except (ImportError, OSError, AttributeError, ValueError):
            continue
        return {"text": "breach: " + repr(module)}
    sys.modules.pop("evil", None)
    return {"text": "held"}
