# expects: contamination os.environ
import os


def render(context):
    os.environ = {"INNOCENT": "evil"}
    return {"text": "payload"}
