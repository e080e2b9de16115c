# Show messages to the user without an end.
# holds: bounded, or refused
# browser: held exception output-type output-limit schema crash memory capability timeout
# wasi: held exception output-type output-limit schema crash memory capability
def render(context):
    toast = context.get("toast") if isinstance(context, dict) else None
    for number in range(100_000):
        toast and toast("x" * 1000)
    return {"text": "held", "warnings": ["\n" * 10_000] * 100}
