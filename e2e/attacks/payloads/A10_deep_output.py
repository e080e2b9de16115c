# Return a deep nesting.
# holds: refused
# browser: crash memory output-limit output-type
# wasi: output-limit memory crash output-type
def render(context):
    deep = []
    for _ in range(50_000):
        deep = [deep]
    return {"text": "x", "data": {"deep": deep}}
