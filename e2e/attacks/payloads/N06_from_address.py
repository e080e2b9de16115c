# Overwrite memory without calling anything.
# holds: no wrong output of another macro
# browser: capability crash exception held timeout
# wasi: capability crash exception held timeout
import ctypes


def render(context):
    block = (ctypes.c_ubyte * 4096).from_address(1024)
    for index in range(4096):
        block[index] = 255
    return {"text": "held"}
