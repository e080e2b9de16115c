# expects: contamination pybridge.macros.execution.Executor
import sys


def render(context):
    sys.modules["pybridge.macros.execution"].Executor.execute = lambda *args: "evil"
    return {"text": "payload"}
