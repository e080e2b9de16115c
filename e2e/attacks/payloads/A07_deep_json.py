# JSON nested a hundred thousand deep.
# holds: a crash or an error, recovered
# browser: crash exception memory held timeout
# wasi: exception crash memory held timeout
import json


def render(context):
    json.loads("[" * 100_000)
    return {"text": "held"}
