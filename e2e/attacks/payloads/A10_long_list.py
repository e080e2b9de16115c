# Return a million items.
# holds: refused
# browser: memory output-limit crash output-type
# wasi: memory output-limit crash output-type
def render(context):
    return {"text": "x", "data": {"items": [{"n": n} for n in range(1_000_000)]}}
