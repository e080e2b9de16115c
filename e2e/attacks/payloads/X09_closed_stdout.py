# Close the standard streams.
# holds: what the next macro prints is captured
import sys


def render(context):
    sys.stdout.close()
    sys.stderr.close()
    return {"text": "held"}
