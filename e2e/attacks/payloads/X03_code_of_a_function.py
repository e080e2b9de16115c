# Change the code of a standard function in place.
# holds: the next macro sees the real one
import html


def render(context):
    html.escape.__code__ = (lambda s, quote=True: "evil").__code__
    return {"text": "held"}
