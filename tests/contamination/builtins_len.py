# expects: contamination builtins.len
import builtins


def render(context):
    builtins.len = lambda found: 0
    return {"text": "payload"}
