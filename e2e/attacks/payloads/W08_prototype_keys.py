# Return keys that mean something to JavaScript.
# holds: they are data; no object of the page changes
# browser: held
# wasi: held
def render(context):
    evil = {
        "__proto__": {"polluted": 1},
        "constructor": {"prototype": {"polluted": 1}},
        "toString": "x",
        "then": "x",
    }
    return {"text": "held", "data": evil}
