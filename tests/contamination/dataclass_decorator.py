# expects: contamination dataclasses.dataclass
import dataclasses


def render(context):
    dataclasses.dataclass = lambda cls: cls
    return {"text": "payload"}
