# Derive each of ten thousand classes from the one before.
# holds: a crash or an error, recovered
# browser: held exception capability memory crash timeout ok
# wasi: held exception capability memory crash timeout ok
def render(context):
    kind = object
    for number in range(10_000):
        kind = type(f"C{number}", (kind,), {})
    return {"text": "held"}
