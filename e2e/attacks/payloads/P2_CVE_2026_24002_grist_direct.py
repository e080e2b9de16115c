# Grist: the C library's `system`, which Emscripten hands to JavaScript.
# holds: nothing is reached
# browser: capability
# wasi: capability
import os


def render(context):
    import ctypes

    codes = [ctypes.CDLL(None).system(b"touch /tmp/cellbreak"), os.system("touch /tmp/cellbreak")]
    return {"text": f"breach: {codes}" if 0 in codes else "held"}
