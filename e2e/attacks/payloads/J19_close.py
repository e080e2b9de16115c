# Close the worker, or send the page elsewhere.
# holds: denied, or a crash the host recovers from
# browser: capability
# wasi: capability
def render(context):
    import js

    js.close()
    js.location.reload()
    return {"text": "breach: closed"}
