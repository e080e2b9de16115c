# Find the import hook that serves JavaScript modules.
# holds: none has anything to serve
# browser: held capability
# wasi: held capability
import gc
import sys


def render(context):
    hooks = [hook for hook in sys.meta_path if hasattr(hook, "jsproxies")]
    hooks += [each for each in gc.get_objects() if type(each).__name__ in ("JsFinder", "JsLoader")]
    lent = [
        hook for hook in hooks if getattr(hook, "jsproxies", None) or getattr(hook, "jsproxy", None)
    ]
    return {"text": f"breach: {lent}" if lent else "held"}
