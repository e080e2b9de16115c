# expects: contamination calendar.c._firstweekday or contamination calendar.c.firstweekday
import calendar


def render(context):
    calendar.setfirstweekday(calendar.SUNDAY)
    return {"text": "payload"}
