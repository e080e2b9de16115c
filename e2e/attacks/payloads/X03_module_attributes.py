# Patch functions inside standard modules.
# holds: the next macro sees the real ones
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import html
import re
import textwrap


def render(context):
    html.escape = lambda *_, **__: "evil"
    re.sub = lambda *_, **__: "evil"
    textwrap.fill = lambda *_, **__: "evil"
    return {"text": "held"}
