# expects: contamination warnings.warn
import warnings


def render(context):
    warnings.warn = lambda *args, **more: None
    return {"text": "payload"}
