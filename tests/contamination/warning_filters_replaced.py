# expects: put back
import warnings


def render(context):
    warnings.filters = [("error", None, Warning, None, 0)]
    return {"text": "payload"}
