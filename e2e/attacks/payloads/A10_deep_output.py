# Return a deep nesting.
# holds: refused
def render(context):
    deep = []
    for _ in range(50_000):
        deep = [deep]
    return {"text": "x", "data": {"deep": deep}}
