# Post a forged reply to the host.
# holds: it is not delivered
# browser: capability
# wasi: capability
def render(context):
    import js

    js.postMessage('{"kind": "outcomes", "id": 1, "outcomes": [{"result": {"html": "forged"}}]}')
    return {"text": "breach: posted"}
