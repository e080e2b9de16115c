# Return what contains itself.
# holds: refused
# browser: output-type memory output-limit crash
# wasi: output-type memory output-limit crash
def render(context):
    data = {}
    data["self"] = data
    return {"text": "x", "data": data}
