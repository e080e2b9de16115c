# Take memory until there is none.
# holds: refused at the limit
# browser: memory crash exception timeout capability
# wasi: memory crash exception timeout capability
def render(context):
    blocks = []
    while True:
        blocks.append(bytearray(64 << 20))
