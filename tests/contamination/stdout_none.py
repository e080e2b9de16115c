# expects: nothing
import sys


def render(context):
    sys.stdout = None
    sys.stderr = None
    sys.__stdout__ = None
    return {"text": "payload"}
