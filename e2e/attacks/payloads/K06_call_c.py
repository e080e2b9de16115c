# Call the C library of the process.
# native: breach
# holds: absent in a sandbox; native is none
# browser: held exception capability crash timeout
# wasi: held exception capability crash
def render(context):
    import ctypes

    number = ctypes.CDLL(None).getpid()
    return {"text": f"breach: {number}" if number > 1 and number != 42 else "held"}
