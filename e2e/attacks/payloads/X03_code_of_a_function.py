# Change the code of a standard function in place.
# holds: the next macro sees the real one
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import html


def render(context):
    html.escape.__code__ = (lambda s, quote=True: "evil").__code__
    return {"text": "held"}
