# Give the number seven, which everybody shares, another value.
# holds: no wrong output of another macro
# browser: capability crash exception held timeout
# wasi: capability crash exception held timeout
import ctypes


def render(context):
    ctypes.c_uint32.from_address(id(7) + ctypes.sizeof(ctypes.c_size_t) * 3).value = 8
    return {"text": "held"}
