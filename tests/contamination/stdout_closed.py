# expects: nothing
import sys


def render(context):
    sys.stdout.close()
    sys.stderr.close()
    sys.stdin.close()
    return {"text": "payload"}
