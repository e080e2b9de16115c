# Start a worker from an object URL.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.Worker.new(js.URL.createObjectURL(js.Blob.new(['1'])))
    return {"text": "breach: it was reached"}
