# expects: put back
import random


def render(context):
    random.seed(1)
    return {"text": "payload"}
