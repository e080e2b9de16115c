# expects: capability
import sys


def render(context):
    sys.settrace(lambda *args: None)
    return {"text": "payload"}
