# Sort with an order that contradicts itself.
# deadline: short
# holds: it ends, or is ended at the deadline
# browser: timeout held crash memory exception capability
# wasi: timeout held
import functools


def render(context):
    turns = iter(range(10**9))
    order = functools.cmp_to_key(lambda one, other: next(turns) % 3 - 1)
    sorted(range(300_000), key=order)
    return {"text": "held"}
