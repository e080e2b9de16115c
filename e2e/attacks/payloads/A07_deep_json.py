# JSON nested a hundred thousand deep.
# holds: a crash or an error, recovered
import json


def render(context):
    json.loads("[" * 100_000)
    return {"text": "held"}
