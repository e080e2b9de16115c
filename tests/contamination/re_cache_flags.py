# expects: put back
import re


def render(context):
    right = re.compile(r"\d+")
    for name in ("_cache", "_cache2"):
        if hasattr(re, name):
            getattr(re, name)[(str, r"\d+", 0)] = re.compile(r"\d+", re.ASCII | re.DEBUG & 0)
    return {"text": "payload" if right else ""}
