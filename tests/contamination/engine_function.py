# expects: contamination pybridge.macros.values.results.check_result
import sys


def render(context):
    sys.modules["pybridge.macros.values.results"].check_result = lambda value, limits: {"text": "evil"}
    return {"text": "payload"}
