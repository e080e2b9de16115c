# Open pipes, or copies of descriptors, without an end.
# deadline: short
# holds: refused
# browser: exception memory crash timeout capability
# wasi: capability memory crash exception timeout
import os


def render(context):
    opened = []
    for _ in range(100_000):
        opened.append(os.pipe())
    return {"text": "breach: " + str(len(opened))}
