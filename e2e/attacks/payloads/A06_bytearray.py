# Let a byte array grow in place.
# holds: refused at the limit
# browser: exception memory crash timeout capability
# wasi: exception memory crash
def render(context):
    grown = bytearray()
    while True:
        grown.extend(bytes(1 << 24))
