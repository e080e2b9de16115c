# expects: contamination pybridge.macros.results.check_result
import sys


def render(context):
    sys.modules["pybridge.macros.results"].check_result = lambda value, limits: {"text": "evil"}
    return {"text": "payload"}
