# Watch everybody's code with sys.monitoring.
# holds: refused, or gone afterwards
# browser: capability held exception crash ok timeout usage
# wasi: capability held exception crash ok timeout usage
import sys


def evil(*_):
    raise RuntimeError("evil hook")


def render(context):
    monitoring = sys.monitoring
    monitoring.use_tool_id(1, "evil")
    monitoring.register_callback(1, monitoring.events.PY_START, evil)
    monitoring.set_events(1, monitoring.events.PY_START)
    return {"text": "held"}
