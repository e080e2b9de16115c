# Print ten million newlines.
# seen: stdout of the outcome
# holds: what is printed is cut off
# browser: held exception capability memory crash timeout
# wasi: held exception capability memory crash timeout
def render(context):
    print("\n" * 10_000_000)
    return {"text": "held"}
