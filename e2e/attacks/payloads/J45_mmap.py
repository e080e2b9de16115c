# Map a file of the sandbox to change it.
# holds: denied
# browser: held exception capability crash timeout
# wasi: held exception capability
import mmap
import os


def render(context):
    with open(os.__file__, "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
        mapped[0:1] = b"x"
    return {"text": "breach: a file was changed"}
