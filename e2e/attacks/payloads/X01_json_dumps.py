# Replace the functions that write and read JSON.
# holds: the next macro sees the real ones
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import json


def render(context):
    json.dumps = lambda *_, **__: '"evil"'
    json.loads = lambda *_, **__: "evil"
    json.encoder.encode_basestring_ascii = json.encoder.c_make_encoder = None
    return {"text": "held"}
