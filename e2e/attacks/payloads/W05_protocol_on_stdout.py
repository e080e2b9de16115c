# Print what looks like the protocol, flags included.
# holds: only printed text
# browser: held
# wasi: held
def render(context):
    for kind in ("outcomes", "ready", "crashed", "pong", "loaded", "refused", "cancelled"):
        print('+{"kind":"%s","id":1}' % kind)
        print('.{"kind":"%s","id":1}' % kind, flush=True)
    return {"text": "held"}
