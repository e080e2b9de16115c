# Import all names of a module made for the purpose.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import sys
import types


def render(context):
    made = types.ModuleType("made")
    made.__getattr__ = lambda name: __import__("js") if name == "js" else None
    made.__all__ = ["js"]
    sys.modules["made"] = made
    space = {}
    exec("from made import *", space)
    return {"text": f"breach: {space['js']}"}
