# expects: put back
import os


def render(context):
    os.environ["INNOCENT"] = "evil"
    os.environ.pop("HOME", None)
    return {"text": "payload"}
