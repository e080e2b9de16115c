# Compare two lists that contain themselves.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
def render(context):
    one, other = [], []
    one.append(other)
    other.append(one)
    return {"text": str(one == other)}
