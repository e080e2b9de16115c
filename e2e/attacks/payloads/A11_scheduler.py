# Wait for an hour by a scheduler.
# deadline: short
# holds: ended at the deadline
# browser: timeout crash memory exception capability
# wasi: timeout
import sched
import time


def render(context):
    waiting = sched.scheduler(time.monotonic, time.sleep)
    waiting.enter(3600, 1, print)
    waiting.run()
    return {"text": "held"}
