# Share memory with other workers.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.SharedArrayBuffer.new(8)
    js.Atomics.wait(js.Int32Array.new(8), 0, 0)
    return {"text": "breach: it was reached"}
