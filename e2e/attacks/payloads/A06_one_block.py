# Ask for more memory than the limit at once.
# holds: refused
# browser: exception memory crash timeout capability
# wasi: exception memory crash timeout capability
def render(context):
    return {"text": f"breach: {len(bytearray(1 << 31))}"}
