# Flowise: a value that would end the string it is pasted into.
# holds: data never becomes source: it comes back as it was sent
# browser: held
# wasi: held
def render(context):
    value = context["params"]["value"]
    sent = '"); import js; js.fetch("http://127.0.0.1:1/"); ("'
    return {"text": "held" if value == sent else "breach: " + repr(value)}
