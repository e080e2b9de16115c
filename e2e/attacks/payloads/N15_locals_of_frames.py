# Change the variables of the engine's frames.
# holds: the next macro is right
# browser: held exception capability crash ok timeout memory output-limit usage
# wasi: held exception capability crash ok timeout memory output-limit usage output-type not-allowed
import sys


def render(context):
    frame = sys._getframe()
    while frame is not None:
        for name in list(frame.f_locals):
            try:
                frame.f_locals[name] = None
            except Exception:
                continue
        frame.f_trace = print
        frame = frame.f_back
    return {"text": "held"}
