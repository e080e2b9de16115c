# expects: capability
import sys


def render(context):
    sys.setprofile(lambda *args: None)
    return {"text": "payload"}
