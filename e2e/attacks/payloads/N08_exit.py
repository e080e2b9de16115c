# End the process.
# holds: a crash, recovered
import os


def render(context):
    os._exit(0)
