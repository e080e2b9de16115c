# expects: contamination bisect.bisect_left
import bisect


def render(context):
    bisect.bisect_left = lambda *args: 0
    return {"text": "payload"}
