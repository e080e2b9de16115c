# One huge multiplication.
# deadline: short
# holds: ended at the deadline, though no Python runs
# browser: timeout
# wasi: timeout
def render(context):
    return {"text": str(len(str(7 ** (7**12))))}
