# Replace the clocks.
# holds: durations come from the host's own
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import time


def render(context):
    time.perf_counter = time.monotonic = time.time = lambda: -1e9
    return {"text": "held"}
