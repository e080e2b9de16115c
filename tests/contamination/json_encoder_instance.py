# expects: contamination json._default_encoder
import json


def render(context):
    json._default_encoder.item_separator = " evil "
    return {"text": "payload"}
