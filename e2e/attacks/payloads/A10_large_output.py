# Return 200 MB.
# holds: refused
def render(context):
    return {"html": "x" * (200 << 20)}
