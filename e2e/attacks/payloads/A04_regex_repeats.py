# Compile a pattern that repeats repeats.
# deadline: short
# holds: an error, or ended at the deadline
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
import re


def render(context):
    re.compile("(?:" * 6 + "a{1000}" + "){1000}" * 6)
    return {"text": "held"}
