# Try each symbol that evaluates or fetches.
# holds: none is found, or calling it ends the worker
# browser: capability
# wasi: capability
import ctypes

NAMES = (
    "emscripten_run_script",
    "emscripten_run_script_string",
    "emscripten_async_run_script",
    "emscripten_async_call",
    "emscripten_fetch",
    "EM_ASM",
    "system",
    "popen",
    "execve",
    "fork",
    "dlopen",
    "socket",
    "connect",
)


def render(context):
    library = ctypes.CDLL(None)
    found = []
    for name in NAMES:
        try:
            found.append((name, getattr(library, name)(b"1")))
        except (AttributeError, OSError, ctypes.ArgumentError):
            continue
    return {
        "text": f"breach: {found}"
        if any(value not in (-1, 0, None) for _, value in found)
        else "held"
    }
