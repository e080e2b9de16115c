# Put a module of one's own in the place of a standard one.
# holds: the next macro sees the real one
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import sys
import types


def render(context):
    fake = types.ModuleType("html")
    fake.escape = lambda text, quote=True: "evil"
    sys.modules["html"] = fake
    for name in ("textwrap", "decimal"):
        sys.modules.pop(name, None)
    return {"text": "held"}
