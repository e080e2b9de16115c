# Write to standard error without a newline.
# holds: what is written is cut off
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
import sys


def render(context):
    sys.stderr.write("x" * 5_000_000)
    return {"text": "held"}
