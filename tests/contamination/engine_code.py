# expects: contamination pybridge.macros
import sys


def evil(text, *more):
    return "evil"


def render(context):
    sys.modules["pybridge.macros.problems"].tidy.__code__ = evil.__code__
    return {"text": "payload"}
