# Sleep for ten minutes.
# deadline: short
# holds: ended at the deadline
import time


def render(context):
    time.sleep(600)
