# expects: contamination builtins.__import__
import builtins

original = builtins.__import__


def render(context):
    builtins.__import__ = lambda *args, **more: original(*args, **more)
    return {"text": "payload"}
