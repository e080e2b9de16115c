# expects: put back or nothing
import sys


def render(context):
    sys.setrecursionlimit(120)
    return {"text": "payload"}
