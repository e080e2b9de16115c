# Import `js` through every function that imports.
# holds: each of them denies it
# browser: held
# wasi: held
import builtins
import importlib


def render(context):
    ways = (__import__, builtins.__import__, importlib.import_module, importlib.__import__)
    for way in ways:
        try:
            module = way("js")
        except ImportError:
            continue
        module.fetch(context["params"]["server"] + "/secret")
        return {"text": "breach: " + repr(way)}
    return {"text": "held"}
