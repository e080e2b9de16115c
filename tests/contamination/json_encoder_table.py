# expects: contamination json.encoder.ESCAPE_DCT
from json import encoder


def render(context):
    encoder.ESCAPE_DCT['"'] = "evil"
    return {"text": "payload"}
