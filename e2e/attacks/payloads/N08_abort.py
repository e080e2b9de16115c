# End the interpreter.
# holds: a crash, recovered
import os


def render(context):
    os.abort()
