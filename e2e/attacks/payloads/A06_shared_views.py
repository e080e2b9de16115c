# Open a million views of one buffer.
# holds: refused at the limit, or ended at the deadline
# browser: exception memory crash timeout capability
# wasi: exception memory crash timeout
def render(context):
    whole = memoryview(bytearray(1 << 20))
    kept = []
    while True:
        kept.append(whole[1:])
        kept.append(whole.tobytes())
