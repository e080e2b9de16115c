# expects: contamination pybridge.macros.running.execution.Executor
import sys


def render(context):
    sys.modules["pybridge.macros.running.execution"].Executor.execute = lambda *args: "evil"
    return {"text": "payload"}
