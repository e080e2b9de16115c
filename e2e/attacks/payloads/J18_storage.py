# Keep something in the browser's storage.
# holds: denied
# browser: capability
# wasi: capability
def render(context):
    import js

    js.indexedDB.open("attack")
    js.caches.open("attack")
    js.BroadcastChannel.new("attack").postMessage("x")
    js.navigator.locks.request("attack", print)
    return {"text": "breach: storage was reached"}
