# Patch the engine itself, found through the frames.
# holds: the next macro is right
# browser: crash held exception capability ok timeout usage
# wasi: ok held exception capability crash timeout usage
import sys


def render(context):
    frame = sys._getframe()
    while frame is not None:
        for name, value in list(frame.f_globals.items()):
            if name in ("check_result", "settle", "problem", "parse", "write"):
                frame.f_globals[name] = lambda *_, **__: {"result": {"text": "evil"}}
        frame = frame.f_back
    return {"text": "held"}
