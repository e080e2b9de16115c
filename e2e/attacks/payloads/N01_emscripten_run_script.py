# Run a script through the C library.
# holds: an error; whatever dies is replaced
# browser: capability
# wasi: capability
import ctypes


def render(context):
    return {"text": "breach: " + str(ctypes.CDLL(None).emscripten_run_script_int(b"1 + 1"))}
