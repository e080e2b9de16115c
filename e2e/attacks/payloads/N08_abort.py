# End the interpreter.
# holds: a crash, recovered
# browser: crash
# wasi: crash
import os


def render(context):
    os.abort()
