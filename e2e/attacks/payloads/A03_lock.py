# Take a lock twice.
# deadline: short
# holds: an error, or ended at the deadline
# browser: timeout
# wasi: timeout
import threading


def render(context):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    return {"text": "held"}
