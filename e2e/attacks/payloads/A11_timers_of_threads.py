# Run code after the call by timers.
# holds: an error, or nothing runs afterwards
# browser: held exception capability crash timeout memory
# wasi: held exception capability
import threading


def evil():
    import json

    json.dumps = None


def render(context):
    threading.Timer(0.01, evil).start()
    return {"text": "held"}
