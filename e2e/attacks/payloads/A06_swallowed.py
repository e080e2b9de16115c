# Take memory, and keep it when it runs out.
# holds: the next macro has what it needs
# browser: held
# wasi: held
kept = []


def render(context):
    try:
        while True:
            kept.append(bytearray(8 << 20))
    except MemoryError:
        pass
    return {"text": "held"}
