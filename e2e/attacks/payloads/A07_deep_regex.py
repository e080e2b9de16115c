# Compile a pattern of a hundred thousand brackets.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
import re


def render(context):
    re.compile("(" * 100_000 + ")" * 100_000)
    return {"text": "held"}
