# Return data that looks like a promise.
# holds: it is data
def render(context):
    return {"text": "held", "data": {"then": "function", "toJSON": "function", "valueOf": 1}}
