# expects: put back
import decimal


def render(context):
    decimal.setcontext(decimal.Context(prec=2, rounding=decimal.ROUND_UP))
    return {"text": "payload"}
