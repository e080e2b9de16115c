# Start a thread.
# holds: a clean error
# browser: capability
# wasi: capability
import threading


def render(context):
    threading.Thread(target=print).start()
    return {"text": "breach: started"}
