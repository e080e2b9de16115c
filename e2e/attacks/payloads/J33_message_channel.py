# Open a channel and send a port to the host.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    channel = js.MessageChannel.new()
    js.postMessage('x', [channel.port1])
    return {"text": "breach: it was reached"}
