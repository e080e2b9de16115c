# expects: put back
import warnings


def render(context):
    warnings.simplefilter("error")
    return {"text": "payload"}
