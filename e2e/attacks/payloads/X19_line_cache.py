# Put forged lines of source into the cache that tracebacks read.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import linecache


def render(context):
    linecache.cache["scripts/benign.py"] = (1, None, ["evil\n"] * 100, "scripts/benign.py")
    linecache.getline = lambda *_: "evil"
    return {"text": "held"}
