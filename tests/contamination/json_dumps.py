# expects: contamination json.dumps
import json


def render(context):
    json.dumps = lambda *args, **more: '"evil"'
    return {"text": "payload"}
