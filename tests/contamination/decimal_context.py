# expects: put back
import decimal


def render(context):
    decimal.getcontext().prec = 3
    decimal.DefaultContext.prec = 3
    decimal.getcontext().traps[decimal.Inexact] = True
    return {"text": "payload"}
