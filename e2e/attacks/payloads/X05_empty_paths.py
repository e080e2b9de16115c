# Take away where modules are looked for.
# holds: restored
import sys


def render(context):
    sys.path.clear()
    sys.meta_path.clear()
    sys.modules.clear()
    return {"text": "held"}
