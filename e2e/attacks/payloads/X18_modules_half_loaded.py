# Leave a module of the library half loaded.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import sys


def render(context):
    for name in ("textwrap", "html.entities", "collections", "decimal"):
        sys.modules[name] = type(sys)(name)
    return {"text": "held"}
