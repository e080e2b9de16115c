# Load the module by a finder and a loader of its own.
# holds: no more than an import that is denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import importlib.machinery
import importlib.util
import sys


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, importlib.machinery.BuiltinImporter)


def render(context):
    sys.meta_path.insert(0, Finder)
    sys.modules.pop("js", None)
    import js

    return {"text": f"breach: {js.fetch}"}
