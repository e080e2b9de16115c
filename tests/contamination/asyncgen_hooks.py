# expects: put back
import sys


def render(context):
    sys.set_asyncgen_hooks(firstiter=lambda made: None)
    return {"text": "payload"}
