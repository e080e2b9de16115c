# Take memory until there is none.
# holds: refused at the limit
def render(context):
    blocks = []
    while True:
        blocks.append(bytearray(64 << 20))
