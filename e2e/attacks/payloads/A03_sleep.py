# Sleep for ten minutes.
# deadline: short
# holds: ended at the deadline
# browser: timeout
# wasi: timeout
import time


def render(context):
    time.sleep(600)
