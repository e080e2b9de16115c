# expects: put back
import sys


def render(context):
    sys.path.insert(0, "/tmp")
    return {"text": "payload"}
