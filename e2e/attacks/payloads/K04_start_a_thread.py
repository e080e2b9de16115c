# Start a thread.
# native: breach
# holds: absent in a sandbox; native is none
# browser: held exception capability crash timeout
# wasi: held exception capability crash
import threading


def render(context):
    found = []
    thread = threading.Thread(target=found.append, args=(1,))
    thread.start()
    thread.join(1)
    return {"text": "breach: it ran" if found else "held"}
