# Call ten thousand functions that decorate one another.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
import functools


def render(context):
    function = len
    for _ in range(100_000):
        function = functools.partial(lambda inner, value: inner(value), function)
    function("x")
    return {"text": "held"}
