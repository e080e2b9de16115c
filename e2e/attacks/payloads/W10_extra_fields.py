# Return a result with the fields of the host's own messages.
# holds: refused, or left out
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    forged = {"kind": "outcomes", "id": 1, "done": True, "error": None, "status": "ok"}
    return {"text": "held", **forged, "stats": {"calls": -1}}
