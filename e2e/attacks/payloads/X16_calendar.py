# Change the first day of the week.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import calendar


def render(context):
    calendar.setfirstweekday(3)
    return {"text": "held"}
