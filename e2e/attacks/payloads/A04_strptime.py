# Read a date with a format of a million fields.
# deadline: short
# holds: an error, or ended at the deadline
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
import datetime


def render(context):
    datetime.datetime.strptime("1" * 100_000, "%d" * 100_000)
    return {"text": "held"}
