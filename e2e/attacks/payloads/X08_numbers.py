# Change how numbers are reckoned and drawn.
# holds: restored
import decimal
import random


def render(context):
    decimal.getcontext().prec = 3
    decimal.getcontext().rounding = decimal.ROUND_UP
    decimal.DefaultContext.prec = 3
    random.seed(1)
    random.Random.random = lambda self: 0.5
    return {"text": "held"}
