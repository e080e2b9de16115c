# Run Python through the C interface.
# holds: no more power than Python
# browser: capability
# wasi: capability
import ctypes


def render(context):
    done = ctypes.pythonapi.PyRun_SimpleString(b"import js")
    return {"text": f"breach: {done}" if done == 0 else "held"}
