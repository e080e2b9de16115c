# Read all memory that ctypes reaches, for the marks of other scripts.
# holds: a crash or an error, recovered
# browser: capability exception crash held memory timeout
# wasi: capability exception crash held memory timeout
def render(context):
    import ctypes

    step, found = 1 << 20, 0
    for start in range(0, 1 << 28, step):
        found += ctypes.string_at(start, step).count(b"GOLDEN_MARK" + b"_nowhere")
    return {"text": "held" if not found else "breach"}
