# expects: contamination typing
import typing


def render(context):
    typing.Generic.__class_getitem__ = classmethod(lambda cls, item: int)
    return {"text": "payload"}
