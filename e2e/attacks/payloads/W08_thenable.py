# Return data that looks like a promise.
# holds: it is data
# browser: held
# wasi: held
def render(context):
    return {"text": "held", "data": {"then": "function", "toJSON": "function", "valueOf": 1}}
