# Reach other pages by clients, opener or parent.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.clients.matchAll()
    js.parent.postMessage('x', '*')
    js.opener.location = 'about:blank'
    return {"text": "breach: it was reached"}
