# Raise groups of groups of errors.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
def render(context):
    error = ValueError("x")
    for _ in range(5_000):
        error = ExceptionGroup("x", [error])
    raise error
