# expects: nothing
import atexit


def render(context):
    atexit.register(print, "evil")
    return {"text": "payload"}
