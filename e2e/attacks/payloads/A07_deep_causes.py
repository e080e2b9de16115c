# Raise an error with a hundred thousand causes.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
def render(context):
    error = None
    for number in range(100_000):
        made = ValueError(number)
        made.__cause__ = error
        error = made
    raise error
