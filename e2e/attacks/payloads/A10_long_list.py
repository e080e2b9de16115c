# Return a million items.
# holds: refused
def render(context):
    return {"text": "x", "data": {"items": [{"n": n} for n in range(1_000_000)]}}
