# expects: contamination dataclasses.Field
import dataclasses


def render(context):
    dataclasses.Field.__repr__ = lambda self: "evil"
    return {"text": "payload"}
