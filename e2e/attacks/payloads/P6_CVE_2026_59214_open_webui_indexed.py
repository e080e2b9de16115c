# Open WebUI, from a worker: what a worker of the same origin still has.
# holds: none of it
# browser: capability
# wasi: capability
import sys


def render(context):
    sys.modules.pop("js", None)
    import js

    js.indexedDB.open("keyval-store")
    js.caches.keys()
    js.fetch("/api/config", credentials="include")
    return {"text": "breach: reached"}
