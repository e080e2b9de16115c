# Return an iterator without an end as data.
# holds: refused, or ended at the deadline
# browser: memory timeout crash exception capability
# wasi: memory timeout crash exception
import itertools


def render(context):
    return {"text": "held", "data": list(itertools.repeat(0))}
