# expects: contamination sys.modules['html']
import html
import sys


def render(context):
    del sys.modules[html.__name__]
    return {"text": "payload"}
