# Chain a hundred thousand generators.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
def render(context):
    chain = iter(())
    for _ in range(100_000):
        chain = (each for each in chain)
    list(chain)
    return {"text": "held"}
