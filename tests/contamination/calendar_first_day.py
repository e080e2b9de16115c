# expects: contamination calendar
import calendar


def render(context):
    calendar.month_name = ["evil"] * 13
    return {"text": "payload"}
