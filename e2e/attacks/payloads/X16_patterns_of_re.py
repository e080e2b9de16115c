# Put wrong patterns into the cache of re.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import re


def render(context):
    wrong = re.compile("zzz")
    for name in ("_cache", "_cache2"):
        cache = getattr(re, name, {})
        for key in [(str, r"(\w+) (\w+)", 0), *cache]:
            cache[key] = wrong
    return {"text": "held"}
