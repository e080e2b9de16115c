# Change where modules are looked for.
# holds: restored
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import sys


def render(context):
    sys.path.insert(0, "/tmp")
    sys.path_hooks.insert(0, lambda path: 1 / 0)
    sys.path_importer_cache.clear()
    sys.meta_path.append(object())
    return {"text": "held"}
