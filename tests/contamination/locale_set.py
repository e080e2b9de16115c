# expects: put back or nothing
import locale


def render(context):
    try:
        locale.setlocale(locale.LC_ALL, "C")
    except locale.Error:
        pass
    return {"text": "payload"}
