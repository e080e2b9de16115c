# One huge loop in C.
# deadline: short
# holds: ended at the deadline, though no Python runs
# browser: exception
# wasi: exception
import itertools


def render(context):
    return {"text": str(sum(itertools.repeat(1, 10**12)))}
