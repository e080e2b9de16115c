# Send the host an object that is huge when it is cloned.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.postMessage(js.structuredClone(js.Array.new(10**9).fill("x")))
    return {"text": "breach: it was reached"}
