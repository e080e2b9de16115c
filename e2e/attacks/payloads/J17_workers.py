# Start something that outlives the worker.
# holds: denied
# browser: capability
# wasi: capability
def render(context):
    import js

    js.Worker.new("data:text/javascript,1")
    js.SharedWorker.new("data:text/javascript,1")
    js.navigator.serviceWorker.register("/sw.js")
    return {"text": "breach: a worker was started"}
