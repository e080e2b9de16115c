# Return a hundred thousand warnings.
# holds: refused, or bounded
def render(context):
    return {"text": "held", "warnings": ["w" * 100] * 100_000}
