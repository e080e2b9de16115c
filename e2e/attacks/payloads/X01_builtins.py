# Replace built-in functions.
# holds: the next macro sees the real ones
# browser: usage held exception capability crash ok timeout
# wasi: held exception capability crash ok timeout usage
import builtins


def render(context):
    builtins.len = lambda _: 7
    builtins.sorted = lambda each, **_: list(each)
    builtins.str = lambda *_: "evil"
    builtins.isinstance = lambda *_: True
    return {"text": "held"}
