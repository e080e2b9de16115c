# Compute with a billion digits.
# deadline: short
# holds: refused, or ended at the deadline
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
import decimal


def render(context):
    decimal.getcontext().prec = decimal.MAX_PREC
    decimal.getcontext().Emax = decimal.MAX_EMAX
    return {"text": str(decimal.Decimal(1) / 3)[:3]}
