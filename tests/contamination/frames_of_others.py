# expects: capability
import sys


def render(context):
    return {"text": str(len(sys._current_frames()))}
