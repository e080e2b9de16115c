# Overwrite objects that the interpreter is using.
# holds: no wrong output of another macro
# browser: capability crash exception held timeout
# wasi: capability crash exception held timeout
import ctypes


def render(context):
    for value in ({}, [], "text", 7, print, type(context)):
        (ctypes.c_ubyte * 8).from_address(id(value))[:] = b"\xff" * 8
    return {"text": "held"}
