# Leave values in the locals of the thread.
# holds: refused, restored, or the interpreter is replaced
# browser: held exception capability crash ok timeout memory output-limit usage contamination output-type schema
# wasi: held exception capability crash ok timeout memory output-limit usage contamination
import threading

local = threading.local()


def render(context):
    local.value = 1
    threading.current_thread().name = "evil"
    threading.main_thread().evil = 1
    return {"text": "held"}
