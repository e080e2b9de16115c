# Walk the frames outwards and look for JavaScript among their variables.
# holds: there is none
# browser: held
# wasi: held
import sys


def render(context):
    frame = sys._getframe()
    while frame is not None:
        for where in (frame.f_locals, frame.f_globals, frame.f_builtins):
            for name, value in dict(where).items():
                if type(value).__name__.startswith("Js") or name in ("js", "pyodide_js", "run_js"):
                    if value is not None:
                        return {"text": "breach: " + name}
        frame = frame.f_back
    return {"text": "held"}
