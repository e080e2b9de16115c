# expects: contamination json.dumps
import json

json.dumps = lambda *args, **more: '"evil"'


def render(context):
    return {"text": "payload"}
