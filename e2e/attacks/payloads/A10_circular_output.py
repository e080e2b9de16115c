# Return what contains itself.
# holds: refused
def render(context):
    data = {}
    data["self"] = data
    return {"text": "x", "data": data}
