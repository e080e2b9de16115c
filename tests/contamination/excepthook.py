# expects: contamination sys.excepthook
import sys


def render(context):
    sys.excepthook = lambda *args: None
    return {"text": "payload"}
