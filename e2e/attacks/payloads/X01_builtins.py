# Replace built-in functions.
# holds: the next macro sees the real ones
# browser: held
# wasi: held
import builtins


def render(context):
    builtins.len = lambda _: 7
    builtins.sorted = lambda each, **_: list(each)
    builtins.str = lambda *_: "evil"
    builtins.isinstance = lambda *_: True
    return {"text": "held"}
