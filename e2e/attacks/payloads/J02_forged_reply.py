# Post a forged reply to the host.
# holds: it is not delivered
def render(context):
    import js

    js.postMessage('{"kind": "outcomes", "id": 1, "outcomes": [{"result": {"html": "forged"}}]}')
    return {"text": "breach: posted"}
