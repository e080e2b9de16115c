# Turn a number of ten million digits into text.
# deadline: short
# holds: refused, or ended at the deadline
# browser: timeout capability exception memory crash
# wasi: timeout capability exception memory
import sys


def render(context):
    sys.set_int_max_str_digits(0)
    return {"text": str(7 ** 20_000_000)[:3]}
