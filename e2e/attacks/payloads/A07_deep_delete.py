# Let go of a chain a million long.
# holds: a crash or an error, recovered
# browser: crash exception memory held timeout
# wasi: held timeout memory crash exception
def render(context):
    chain = None
    for _ in range(1_000_000):
        chain = (chain,)
    del chain
    return {"text": "held"}
