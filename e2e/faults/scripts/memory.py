"""Takes all the memory there is."""


def render(context):
    blocks = []
    while True:
        blocks.append(bytearray(1 << 25))
