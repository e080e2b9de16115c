# expects: put back
import sys


def render(context):
    sys.path = ["/tmp"]
    return {"text": "payload"}
