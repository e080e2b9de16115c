# Ask for more memory than the limit at once.
# holds: refused
def render(context):
    return {"text": f"breach: {len(bytearray(1 << 31))}"}
