# expects: put back
import sys


def render(context):
    sys.argv[:] = ["evil"]
    return {"text": "payload"}
