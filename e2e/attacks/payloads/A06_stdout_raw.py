# Write to the descriptor without an end.
# deadline: short
# holds: what is written is dropped, the deadline ends it
# browser: timeout crash
# wasi: crash timeout
import os


def render(context):
    while True:
        os.write(1, b"x" * 65536)
