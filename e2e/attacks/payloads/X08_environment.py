# Change variables, folder, time zone.
# holds: restored
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import os
import time


def render(context):
    os.environ["EVIL"] = "1"
    os.environ["TZ"] = "Asia/Tokyo"
    if hasattr(time, "tzset"):
        time.tzset()
    try:
        os.chdir("/lib")
    except OSError:
        pass
    return {"text": "held"}
