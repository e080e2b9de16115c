# expects: put back
import re


def render(context):
    wrong = re.compile("zzz")
    for name in ("_cache", "_cache2"):
        cache = getattr(re, name, {})
        for key in [(str, r"\d+", 0), (str, r"(\w+) (\w+)", 0), *cache]:
            cache[key] = wrong
    return {"text": "payload"}
