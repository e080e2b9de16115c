# expects: contamination time.perf_counter
import time


def render(context):
    time.perf_counter = lambda: 0
    return {"text": "payload"}
