# expects: crash or nothing
import os


def render(context):
    os.close(1)
    return {"text": "payload"}
