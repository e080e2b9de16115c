# Hash a hundred thousand nested tuples.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
def render(context):
    nested = ()
    for _ in range(300_000):
        nested = (nested,)
    hash(nested)
    return {"text": "held"}
