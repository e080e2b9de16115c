# Modules by every other loader.
# holds: no more capability than Python
# browser: held
# wasi: held
import importlib
import importlib.util
import pkgutil
import runpy
import sys


def render(context):
    def by_spec():
        spec = importlib.util.find_spec("js")
        return spec and importlib.util.module_from_spec(spec)

    def by_loader():
        return __loader__.load_module("js")

    ways = (
        by_spec,
        by_loader,
        lambda: importlib.import_module("js"),
        lambda: pkgutil.resolve_name("js"),
        lambda: runpy.run_module("js"),
        lambda: importlib.reload(sys.modules["js"]),
    )
    for way in ways:
        try:
            found = way()
        except (ImportError, NameError, AttributeError, TypeError, ValueError, KeyError):
            continue
        if found is not None:
            return {"text": "breach: " + repr(found)}
    return {"text": "held"}
