# expects: contamination script
import sys


def render(context):
    for name, module in [*sys.modules.items()]:
        if name.endswith(".innocent"):
            module.shown = lambda *args: "evil"
    return {"text": "payload"}
