# expects: capability
import threading


def render(context):
    threading.settrace(lambda *args: None)
    return {"text": "payload"}
