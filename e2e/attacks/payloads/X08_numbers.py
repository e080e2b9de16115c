# Change how numbers are reckoned and drawn.
# holds: restored
# browser: held exception capability crash ok timeout usage
# wasi: held exception capability crash ok timeout usage
import decimal
import random


def render(context):
    decimal.getcontext().prec = 3
    decimal.getcontext().rounding = decimal.ROUND_UP
    decimal.DefaultContext.prec = 3
    random.seed(1)
    random.Random.random = lambda self: 0.5
    return {"text": "held"}
