# Compile WebAssembly with imports of its own.
# browsers: chromium firefox webkit
# holds: denied
# browser: capability crash timeout exception held
# wasi: capability
def render(context):
    import js

    js.WebAssembly.compileStreaming(js.fetch(context['params']['server'] + '/x.wasm'))
    return {"text": "breach: it was reached"}
