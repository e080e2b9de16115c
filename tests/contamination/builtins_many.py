# expects: contamination builtins.all
import builtins


def render(context):
    builtins.sorted = lambda each, **_: list(each)
    builtins.str = lambda *_: "evil"
    builtins.isinstance = lambda *_: True
    builtins.map = builtins.all = builtins.zip = None
    builtins.added = 1
    return {"text": "payload"}
