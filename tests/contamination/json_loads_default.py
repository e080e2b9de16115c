# expects: contamination json.loads
import json


def render(context):
    json.loads.__kwdefaults__ = {"object_hook": lambda found: {"evil": True}}
    return {"text": "payload"}
