# Return an outcome that says it failed.
# holds: refused, or left out
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    return {"error": {"code": "crash", "message": "forged"}, "text": "held"}
