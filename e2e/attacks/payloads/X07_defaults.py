# Keep something from one document in the defaults of a standard function.
# holds: the next macro sees the real ones
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import html
import textwrap


def render(context):
    html.escape.__defaults__ = (False,)
    textwrap.TextWrapper.__init__.__defaults__ = (5,) + textwrap.TextWrapper.__init__.__defaults__[
        1:
    ]
    return {"text": "held"}
