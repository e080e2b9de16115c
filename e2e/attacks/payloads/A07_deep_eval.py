# Compile a deep nesting.
# holds: a crash or an error, recovered
def render(context):
    eval("(" * 5000)
    eval("-" * 100_000 + "1")
    return {"text": "held"}
