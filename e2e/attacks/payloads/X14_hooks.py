# Install hooks that run in everybody's code.
# holds: refused, or gone afterwards
# browser: capability held exception crash ok timeout usage
# wasi: capability held exception crash ok timeout usage
import atexit
import sys
import threading


def evil(*_):
    raise RuntimeError("evil hook")


def render(context):
    atexit.register(evil)
    sys.excepthook = sys.displayhook = sys.unraisablehook = sys.breakpointhook = evil
    threading.settrace(evil)
    sys.setprofile(evil)
    sys.settrace(evil)
    return {"text": "held"}
