# Send signals to the own process and its parents.
# holds: an error or a crash; recovered
# browser: held crash
# wasi: held crash
import os
import signal


def render(context):
    for number in (0, 1, 2, 9, 15):
        try:
            os.kill(os.getppid() or 1, number)
            os.kill(os.getpid(), number)
        except (OSError, AttributeError):
            continue
        return {"text": f"breach: signal {number}"} if number == 9 else {"text": "held"}
    return {"text": "held", "data": {"signals": len(signal.Signals)}}
