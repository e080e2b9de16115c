# Overwrite memory with a C function.
# holds: no wrong output of another macro
# browser: capability crash exception held timeout
# wasi: capability crash exception held timeout
import ctypes


def render(context):
    ctypes.memset(1024, 255, 4096)
    return {"text": "held"}
