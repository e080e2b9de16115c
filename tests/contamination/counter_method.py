# expects: contamination collections.Counter
import collections


def render(context):
    collections.Counter.most_common = lambda self, n=None: []
    return {"text": "payload"}
