# expects: contamination html.escape
import html


def evil(s, quote=True):
    return s


def render(context):
    html.escape.__code__ = evil.__code__
    return {"text": "payload"}
