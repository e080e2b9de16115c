# Take the host's means of interrupting away, and hang.
# deadline: short
# holds: the worker is ended on time all the same
# browser: timeout
# wasi: timeout
def render(context):
    try:
        import pyodide_js

        pyodide_js.setInterruptBuffer(None)
    except BaseException:
        pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
