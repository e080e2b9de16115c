# Return a hundred thousand warnings.
# holds: refused, or bounded
# browser: output-limit memory crash output-type
# wasi: output-limit memory crash output-type
def render(context):
    return {"text": "held", "warnings": ["w" * 100] * 100_000}
