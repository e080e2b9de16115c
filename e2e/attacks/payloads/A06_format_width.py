# Format a number a billion characters wide.
# holds: refused
# browser: exception memory crash timeout capability
# wasi: exception memory crash
def render(context):
    return {"text": f"{1:>2000000000}"}
