# expects: put back or contamination the working folder
import os


def render(context):
    try:
        os.chdir("/usr")
    except OSError:
        pass
    return {"text": "payload"}
