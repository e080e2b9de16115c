# expects: contamination random.random
import random


def render(context):
    random.random = lambda: 0.5
    return {"text": "payload"}
