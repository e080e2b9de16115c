# expects: contamination sys.modules['colorsys']
import sys


class Fake:
    pass


def render(context):
    sys.modules["colorsys"] = Fake()
    return {"text": "payload"}
