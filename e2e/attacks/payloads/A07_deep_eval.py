# Compile a deep nesting.
# holds: a crash or an error, recovered
# browser: crash exception memory held timeout
# wasi: memory crash exception held timeout
def render(context):
    eval("(" * 5000)
    eval("-" * 100_000 + "1")
    return {"text": "held"}
