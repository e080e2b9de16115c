# expects: put back
import sys


def render(context):
    sys.set_int_max_str_digits(640)
    return {"text": "payload"}
