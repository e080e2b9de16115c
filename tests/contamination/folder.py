# expects: put back
import os


def render(context):
    try:
        os.chdir("/usr")
    except OSError:
        pass
    return {"text": "payload"}
