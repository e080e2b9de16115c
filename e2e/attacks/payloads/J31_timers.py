# Set timers that fire while others run.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.setTimeout("globalThis.pwned = 1", 0)
    js.setInterval(print, 1)
    js.queueMicrotask(print)
    return {"text": "breach: it was reached"}
