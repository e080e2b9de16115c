# Pollute a prototype of the worker.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.Object.prototype.polluted = 1
    js.MessagePort.prototype.postMessage = print
    return {"text": "breach: it was reached"}
