# expects: put back
import os
import time


def render(context):
    os.environ["TZ"] = "EST5EDT"
    if hasattr(time, "tzset"):
        time.tzset()
    return {"text": "payload"}
