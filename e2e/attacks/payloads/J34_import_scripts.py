# Load a script by importScripts.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.importScripts(context['params']['server'] + '/x.js')
    return {"text": "breach: it was reached"}
