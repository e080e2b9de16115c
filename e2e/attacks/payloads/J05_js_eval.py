# Evaluate a string through `js`.
# holds: an error
# browser: capability
# wasi: capability
def render(context):
    import js

    return {"text": "breach: " + str(js.eval("1 + 1")) + str(js.Function("return this")())}
