# expects: contamination pybridge.macros.values.problems.did_you_mean
import sys


def evil(*args):
    return None


def render(context):
    sys.modules["pybridge.macros.values.problems"].did_you_mean.__code__ = evil.__code__
    return {"text": "payload"}
