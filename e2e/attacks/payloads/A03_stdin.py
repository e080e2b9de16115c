# Read the host's messages from standard input.
# deadline: short
# holds: it is at its end, or not there
# browser: held
# wasi: timeout
import os
import sys


def render(context):
    read = b""
    for way in (
        lambda: os.read(0, 100),
        lambda: sys.__stdin__.buffer.read(100),
        lambda: open(0, "rb", closefd=False).read(100),
    ):
        try:
            read += way() or b""
        except (OSError, AttributeError, ValueError):
            continue
    return {"text": f"breach: {read!r}" if read else "held"}
