# Take away where modules are looked for.
# holds: restored
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import sys


def render(context):
    sys.path.clear()
    sys.meta_path.clear()
    sys.modules.clear()
    return {"text": "held"}
