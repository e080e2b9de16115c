# Start another interpreter, which no guard watches.
# holds: it is not there
# browser: held capability exception crash timeout
# wasi: held capability exception
def render(context):
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters = __import__(name)
        except ImportError:
            continue
        number = interpreters.create()
        interpreters.run_string(number, "import js")
        return {"text": f"breach: {number}"}
    return {"text": "held"}
