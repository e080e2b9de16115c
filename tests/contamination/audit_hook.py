# expects: capability
import sys


def render(context):
    sys.addaudithook(lambda *args: None)
    return {"text": "payload"}
