# Wait for another thread that is not there.
# deadline: short
# holds: an error, or ended at the deadline
# browser: timeout
# wasi: timeout
import threading


def render(context):
    threading.Event().wait(600)
    return {"text": "held"}
