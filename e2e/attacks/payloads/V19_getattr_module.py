# Import by a module's own __getattr__.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import importlib


def __getattr__(name):
    return importlib.import_module(name)


def render(context):
    import sys

    return {"text": f"breach: {getattr(sys.modules[__name__], 'js')}"}
