# expects: put back
import sys


def render(context):
    sys.path_hooks.insert(0, lambda path: None)
    return {"text": "payload"}
