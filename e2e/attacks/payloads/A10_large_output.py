# Return 200 MB.
# holds: refused
# browser: memory output-limit crash output-type
# wasi: memory output-limit crash output-type
def render(context):
    return {"html": "x" * (200 << 20)}
